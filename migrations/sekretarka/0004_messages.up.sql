-- Brings the text messages and mails around a call or an appointment.

CREATE TABLE messages (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    conversation_id UUID REFERENCES conversations(id) ON DELETE CASCADE,
    appointment_id UUID REFERENCES appointments(id) ON DELETE SET NULL,
    direction VARCHAR(20) CHECK (direction IN ('inbound', 'outbound')),
    channel VARCHAR(50) CHECK (channel IN ('sms', 'email', 'voice', 'chat')),
    from_number VARCHAR(50),
    to_number VARCHAR(50),
    from_email VARCHAR(255),
    to_email VARCHAR(255),
    subject VARCHAR(500),
    body TEXT NOT NULL,
    status VARCHAR(50) CHECK (status IN ('sent', 'delivered', 'failed', 'pending')),
    provider_message_id VARCHAR(255),
    error_message TEXT,
    sent_at TIMESTAMP,
    delivered_at TIMESTAMP,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX idx_messages_org ON messages(organization_id);
CREATE INDEX idx_messages_conversation ON messages(conversation_id);
CREATE INDEX idx_messages_appointment ON messages(appointment_id);
CREATE INDEX idx_messages_status ON messages(status);
CREATE INDEX idx_messages_created ON messages(created_at DESC);
