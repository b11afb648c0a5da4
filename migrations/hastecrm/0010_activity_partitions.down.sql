-- Takes back the function and the partitions; months that the function made go with the table itself.

DROP FUNCTION create_monthly_partition();

DROP TABLE activities_default;
DROP TABLE activities_2024_02;
DROP TABLE activities_2024_01;
