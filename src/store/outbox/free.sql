update deliveries set state = 'waiting', worker = null, leased_until = null where id = ?1
