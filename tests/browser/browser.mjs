// Debian's Chromium, without a screen and without calling home.

import { chromium } from "playwright-core";

export const open = () =>
  chromium.launch({
    executablePath: process.env.EYELID_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
