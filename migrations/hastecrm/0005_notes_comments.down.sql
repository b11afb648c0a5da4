-- Takes back comments and notes.

DROP TABLE comments;
DROP TABLE notes;
