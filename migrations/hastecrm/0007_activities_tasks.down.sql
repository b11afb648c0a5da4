-- Takes back tasks and activities with all its partitions.

DROP TABLE tasks;
DROP TABLE activities;
