DROP TABLE notifications;
DROP TABLE system_events;
