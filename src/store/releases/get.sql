select channel, photo, fingerprint, file_name, blob, released_at, withdrawn_at from releases
