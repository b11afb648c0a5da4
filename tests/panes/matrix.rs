//! What a person reads in the matrix while it is counted and after, and where its cells lead.

use std::sync::Arc;

use purview::{
    directory::{Candidate, Somebody},
    pg::{Identity, Person, RelationName},
    rls::{Cell, Chart, ChartPart, Charting, Member, Reach, State, Statement, Strip},
    tui::{
        ask::Ticket,
        msg::{Effect, Msg},
    },
};

use super::{console, driver::Driver, driver::noon};

fn member(id: usize, label: &str, organization: &str, role: &str) -> Member {
    let person = Person {
        id: Some(id.to_string()),
        label: label.into(),
        organization: Some(organization.to_lowercase()),
    };
    let candidate = Candidate {
        person,
        organization: Some(organization.into()),
        membership: None,
        role: "app_user".into(),
        settings: Vec::new(),
    };
    Member {
        id: Some(id.to_string()),
        label: label.into(),
        organization: Some((organization.to_lowercase(), organization.into())),
        roles: vec![role.into()],
        somebody: Arc::new(Somebody { candidate, organizations: Vec::new() }),
    }
}

fn people() -> Arc<[Member]> {
    [
        member(0, "alice@acme.test", "Acme", "admin"),
        member(1, "bob@acme.test", "Acme", "user"),
        member(2, "carol\u{1b}[2J@acme.test", "Acme", "user"),
        member(3, "dave@globex.test", "Globex", "user"),
    ]
    .into()
}

fn cell(visible: Option<u64>, state: State, organizations: Option<u64>) -> Cell {
    let problem = visible.is_none().then(|| "unrecognized configuration parameter".to_owned());
    Cell { visible, state, problem, organizations }
}

/// A strip in which the people are of these classes, and the four commands have these cells.
fn strip(
    seats: &Arc<[usize]>,
    table: &str,
    total: u64,
    class_of: [u32; 4],
    commands: [Vec<Cell>; 4],
) -> Arc<Strip> {
    let names = [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];
    let reaches = names.into_iter().zip(commands).map(|(command, classes)| {
        let alone = classes.len() == 1;
        let class_of = if alone { vec![0; 4] } else { class_of.to_vec() };
        Reach { command, class_of, classes, label: None }
    });
    Arc::new(Strip {
        table: RelationName::new("public", table),
        total: Some(total),
        people: Arc::clone(seats),
        reaches: reaches.collect(),
    })
}

fn strips() -> Vec<Arc<Strip>> {
    let seats: Arc<[usize]> = [0, 1, 2, 3].into();
    let rows = |rows, organizations| cell(Some(rows), State::Rows, Some(organizations));
    let only = |rows| cell(Some(rows), State::Rows, None);
    let deny = || vec![cell(Some(0), State::Deny, None)];
    let off = || vec![cell(Some(7), State::NoRls, Some(2))];
    let error = || cell(None, State::Error, None);
    vec![
        strip(&seats, "audit_log", 9, [0; 4], [deny(), deny(), deny(), deny()]),
        strip(
            &seats,
            "emails",
            300,
            [0, 1, 2, 3],
            [
                vec![rows(300, 2), rows(12, 1), rows(12, 1), rows(40, 1)],
                vec![only(300), only(12), only(12), only(40)],
                vec![only(300), only(0), only(0), only(0)],
                vec![only(5), only(0), only(0), only(0)],
            ],
        ),
        strip(
            &seats,
            "invoices",
            50,
            [0, 0, 0, 1],
            [vec![rows(50, 2), error()], deny(), deny(), deny()],
        ),
        strip(&seats, "plans", 7, [0; 4], [off(), off(), off(), off()]),
    ]
}

fn chart() -> Arc<Chart> {
    Arc::new(Chart { people: people(), strips: strips(), counted: noon() })
}

/// The question that counts, and whether it counts anew.
fn counting(app: &Driver) -> Option<(Ticket, bool)> {
    app.questions().iter().find_map(|(ticket, _, question)| {
        let asked = question.as_any().downcast_ref::<Charting>()?;
        Some((*ticket, asked.fresh))
    })
}

fn begin(app: &mut Driver) -> Ticket {
    app.write(":matrix").press("enter");
    let (ticket, _) = counting(app).unwrap();
    let tables = strips().len();
    let part = ChartPart::People { people: people(), tables, strips: tables };
    app.send(Msg::Part(ticket, Box::new(part)));
    ticket
}

fn told(app: &mut Driver, ticket: Ticket, count: usize) {
    for strip in strips().into_iter().take(count) {
        app.send(Msg::Part(ticket, Box::new(ChartPart::Strip(strip))));
    }
}

fn counted(width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    let ticket = begin(&mut app);
    told(&mut app, ticket, 4);
    answer(&mut app);
    app
}

fn answer(app: &mut Driver) {
    app.answer(|question| {
        assert!(question.as_any().is::<Charting>(), "{question:?}");
        Ok(Box::new(chart()))
    });
}

fn address(app: &Driver) -> String {
    app.model.trail.top().pane.place().address.to_string()
}

fn filter(app: &mut Driver, text: &str) {
    app.press("/ ctrl-u").write(text).press("enter");
}

/// The lines of users, and the tables above them.
fn lines(app: &Driver) -> Vec<String> {
    let screen = app.screen();
    let inside = screen.lines().skip_while(|line| !line.contains("USER")).map(str::to_owned);
    let cut = inside
        .take_while(|line| line.starts_with('│'))
        .map(|line| line.trim_matches('│').trim().trim_start_matches('>').trim().to_owned());
    cut.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn it_is_read_at_both_sizes() {
    for (width, height) in [(80, 24), (200, 60)] {
        let mut app = counted(width, height);
        insta::assert_snapshot!(format!("matrix_{width}x{height}"), super::folded(&app));
        app.press("right j l j");
        insta::assert_snapshot!(format!("matrix_unfolded_{width}x{height}"), super::folded(&app));
        app.press("A");
        insta::assert_snapshot!(format!("matrix_letters_{width}x{height}"), super::folded(&app));
    }
}

#[test]
fn tables_appear_as_they_are_finished_and_the_line_below_says_how_far_it_is() {
    let mut app = console(140, 30);
    let ticket = begin(&mut app);
    told(&mut app, ticket, 2);
    app.wait(2000);
    let screen = app.screen();
    assert!(screen.contains("EMAILS") && !screen.contains("INVOICES"), "{screen}");
    assert!(
        screen.contains("4 users × 2 tables · counting 4 tables, 50 %, 2 s · esc stops"),
        "{screen}"
    );
    // Keys work meanwhile.
    app.press("right");
    assert!(
        app.screen().contains("emails: select 300 of 300 rows of 2 organizations"),
        "{}",
        app.screen()
    );
}

#[test]
fn counting_is_stopped_on_the_server_and_what_was_counted_stays() {
    for key in ["esc", "ctrl-c"] {
        let mut app = console(140, 30);
        let ticket = begin(&mut app);
        told(&mut app, ticket, 2);
        app.press(key);
        assert_eq!(app.cancelled(), [ticket], "{key}");
        let screen = app.screen();
        assert!(
            screen.contains("STOPPED after 4 tables, 50 %") && screen.contains("12/300"),
            "{screen}"
        );
        // What still comes changes nothing.
        app.effects.clear();
        told(&mut app, ticket, 4);
        assert!(!app.screen().contains("INVOICES"), "{}", app.screen());
        app.press("ctrl-r");
        assert!(counting(&app).is_some());
    }
}

#[test]
fn figures_say_how_old_they_are_and_stay_while_they_are_counted_anew() {
    let mut app = counted(140, 30);
    assert_eq!(counting(&app), None);
    assert!(app.screen().contains("counted just now"), "{}", app.screen());
    app.wait(3 * 60_000 + 1000);
    assert!(app.screen().contains("counted 3 min ago"), "{}", app.screen());
    app.press("ctrl-r");
    let (first, fresh) = counting(&app).unwrap();
    assert!(fresh);
    let part = ChartPart::People { people: people(), tables: 4, strips: 4 };
    app.send(Msg::Part(first, Box::new(part)));
    told(&mut app, first, 1);
    let screen = app.screen();
    assert!(screen.contains("PLANS") && screen.contains("counting 4 tables, 25 %"), "{screen}");
    // A second wish takes the place of the first, and does not wait behind it.
    app.press("ctrl-r");
    assert_eq!(app.cancelled(), [first]);
    let open = app.questions().len();
    assert_eq!(open - 1, 1, "only the cancelled one and the new one were asked");
}

#[test]
fn what_was_counted_is_not_counted_anew_for_somebody_who_comes_back() {
    let mut app = counted(140, 30);
    app.press("g h").write(":matrix").press("enter");
    assert_eq!(counting(&app), None, "the pane that was left is still there");
    app.write(":matrix globex").press("enter");
    app.answer(|_| {
        Ok(Box::new(purview::directory::Found {
            what: purview::directory::What::Organization,
            id: "globex".into(),
            label: "Globex".into(),
            also: None,
        }))
    });
    assert_eq!(counting(&app).map(|(_, fresh)| fresh), Some(false));
}

#[test]
fn every_state_reads_differently_without_any_colour() {
    let app = counted(200, 60);
    let screen = app.screen();
    for wanted in ["300/300", "12/300", "deny", "error", "7 no-rls"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    assert_ne!(app.style_of("300/300"), app.style_of("12/300"));
    // What comes out of a database does not reach the terminal as it is.
    let mut app = counted(200, 60);
    app.press("l");
    assert!(!app.screen().contains('\u{1b}'));
}

#[test]
fn questions_are_asked_with_the_filter() {
    let mut app = counted(140, 30);
    // Who can delete anything, and where?
    filter(&mut app, "can:delete");
    assert!(app.screen().contains("matrix: delete </can:delete>"), "{}", app.screen());
    let shown = lines(&app);
    assert!(shown[0].ends_with("EMAILS     PLANS") && shown.len() == 4, "{shown:?}");
    filter(&mut app, "can:delete table:mail");
    let shown = lines(&app);
    assert!(shown[1].starts_with("alice") && shown[1].contains("5/300"), "{shown:?}");
    assert_eq!(shown.len(), 2, "{shown:?}");
    // In which tables do admins see more than one organization?
    filter(&mut app, "role:admin orgs:>1");
    let shown = lines(&app);
    assert!(
        shown[0].contains("EMAILS") && shown[0].contains("INVOICES") && shown[0].contains("PLANS")
    );
    assert!(!shown[0].contains("AUDIT_LOG") && shown[1].starts_with("alice"), "{shown:?}");
    filter(&mut app, "state:error");
    let shown = lines(&app);
    assert!(shown[0].ends_with("INVOICES") && shown[1].starts_with("dave"), "{shown:?}");
    filter(&mut app, "org:acme !alice table:mail");
    let shown = lines(&app);
    assert!(shown[1].starts_with("+ bob@acme.test +1") && shown.len() == 2, "{shown:?}");
    filter(&mut app, "rows:>1000");
    assert!(app.screen().contains("no cell matches /rows:>1000"), "{}", app.screen());
    // What cannot be read changes nothing and says why.
    filter(&mut app, "can:fly");
    assert!(app.screen().contains("the matrix knows no such command: fly"), "{}", app.screen());
    app.press("esc");
    assert_eq!(lines(&app).len(), 4);
}

#[test]
fn lines_are_sorted_by_the_chosen_column() {
    let first = |app: &Driver| lines(app)[1].clone();
    let mut app = counted(140, 30);
    app.press("right o");
    assert!(first(&app).starts_with("alice"), "{}", app.screen());
    assert!(address(&app).contains("sort=-public.emails"), "{}", address(&app));
    app.press("o");
    assert!(first(&app).starts_with("+ bob"), "{}", app.screen());
    app.press("o");
    assert_eq!(address(&app), "matrix");
}

#[test]
fn a_cell_leads_to_the_rows_behind_it_about_the_same_person() {
    let mut app = counted(140, 30);
    app.press("t t right j enter");
    assert_eq!(address(&app), "reach public.emails acme user=1 for=update");
    let mut app = counted(140, 30);
    app.press("right w");
    assert_eq!(address(&app), "reach public.emails acme user=0");
    let mut app = counted(140, 30);
    app.press("right H");
    assert_eq!(address(&app), "hidden public.emails acme user=0");
    let mut app = counted(140, 30);
    app.press("d");
    assert_eq!(address(&app), "user 0");
}

#[test]
fn two_marked_users_stand_side_by_side() {
    let mut app = counted(140, 30);
    app.press("=");
    assert!(app.screen().contains("mark one user with space"), "{}", app.screen());
    app.press("space j =");
    assert_eq!(address(&app), "compare 0@@acme 3@@globex");
}

#[test]
fn everybody_is_copied_by_themselves_and_only_the_marked_where_some_are() {
    let copied = |app: &mut Driver| {
        app.press("Y enter");
        let text = app.effects.iter().rev().find_map(|effect| {
            if let Effect::Copy(text) = effect { Some(text.clone()) } else { None }
        });
        text.unwrap()
    };
    let mut app = counted(140, 30);
    insta::assert_snapshot!(copied(&mut app).replace('\u{1b}', "ESC"), @"
    user_id,user,organization,roles,public.audit_log,public.emails,public.invoices,public.plans
    0,alice@acme.test,Acme,admin,deny,300/300,50/50,7 no-rls
    1,bob@acme.test,Acme,user,deny,12/300,50/50,7 no-rls
    2,carol␛[2J@acme.test,Acme,user,deny,12/300,50/50,7 no-rls
    3,dave@globex.test,Globex,user,deny,40/300,error,7 no-rls
    ");
    app.press("space");
    assert_eq!(copied(&mut app).lines().count(), 2);
}

#[test]
fn lists_lead_to_their_part_of_the_matrix() {
    let mut app = console(140, 30);
    super::serve(app.press("g o"));
    app.press("X");
    assert_eq!(address(&app), "matrix 7");
    let mut app = console(140, 30);
    super::serve(app.press("g u"));
    app.press("X");
    assert!(address(&app).starts_with("matrix /user:"), "{}", address(&app));
    let mut app = console(140, 30);
    super::serve(app.press("g t"));
    app.press("X");
    assert_eq!(address(&app), "matrix /table:public.emails");
    assert!(app.questions().iter().all(|(_, identity, _)| **identity == Identity::Observer));
}
