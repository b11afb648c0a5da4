-- A contact with its latest mail and activities, its deals and its tags, as one JSON value.

CREATE OR REPLACE FUNCTION get_contact_details(p_contact_id uuid)
RETURNS json AS $$
BEGIN
    RETURN json_build_object(
        'contact', (SELECT row_to_json(c.*) FROM contacts c WHERE c.id = p_contact_id),
        'recent_emails', (
            SELECT json_agg(row_to_json(e.*))
            FROM (
                SELECT * FROM emails
                WHERE contact_id = p_contact_id
                ORDER BY received_at DESC
                LIMIT 10
            ) e
        ),
        'activities', (
            SELECT json_agg(row_to_json(a.*))
            FROM (
                SELECT * FROM activities
                WHERE contact_id = p_contact_id
                ORDER BY occurred_at DESC
                LIMIT 20
            ) a
        ),
        'deals', (
            SELECT json_agg(row_to_json(d.*))
            FROM deals d
            WHERE d.contact_id = p_contact_id
        ),
        'tags', (
            SELECT json_agg(t.name)
            FROM tags t
            JOIN contact_tags ct ON t.id = ct.tag_id
            WHERE ct.contact_id = p_contact_id
        )
    );
END;
$$ LANGUAGE plpgsql;
