select account from tickets where digest = ?1 and purpose = ?2 and used_at is null and ends_at > ?3
