select exists (select 1 from pulls where channel = ?1 and photo = ?2 and fingerprint <> ?3)
    or exists (select 1 from releases where channel = ?1 and photo = ?2 and fingerprint <> ?3)
