insert into faces (photo, face, x1, y1, x2, y2, score, origin, landmarks, at, actor)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
