insert into photo_steps (photo, at, actor, state, width, height, camera, reason)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
