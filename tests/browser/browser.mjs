// Debian's Chromium, without a screen and without calling home.

import { chromium } from "playwright-core";

// milliseconds; only a test that fails waits as long, and a machine with much else to do may need many of them
export const PATIENCE = 300_000;

export const open = () =>
  chromium.launch({
    timeout: PATIENCE,
    executablePath: process.env.EYELID_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
