//! What a person sees after pressing keys.

mod driver;

use driver::{Driver, World};
#[test]
fn home_leads_to_the_lists() {
    let app = Driver::new(80, 14);
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
    ┌─ home ───────────────────────────────────────────────────────────────────────┐
    │> organizations   the organizations                                           │
    │  departments     the departments of an organization, or of all               │
    │  users           the users of an organization, or all                        │
    │  roles           what roles there are, and how many have them                │
    │  memberships     who belongs to which organization and department            │
    │  grants          who has which role where                                    │
    │  tables          the tables: size, rows, row security, policies              │
    │  policies        the row security policies                                   │
    │                                                                              │
    └──────────────────────────────────────────────────────────────────────────────┘
     home
    ");
}

#[test]
fn a_list_comes_in_columns_with_its_keys_pinned() {
    let mut app = Driver::new(100, 16);
    app.press("g t").serve(&World { rows: 300 }).press("j j j");
    insta::assert_snapshot!(app.screen(), @"
     demo [RO]  support@localhost:5432/app  pg15.6 primary  org all  you support
     <enter> open  </> filter  <d> describe  <y> json  <c> copy  <Y> copy as  <o> sort  <C> columns
    ┌─ tables ─────────────────────────────────────────────────────────────────────────────────────────┐
    │   SCHEMA   TABLE       ROWS_ESTIMATE    BYTES  RLS     PROBLEM                                   │
    │   public   table_0                 0      0 B  forced  ∅                                         │
    │   public   table_1              1000   8.0 kB  forced  ∅                                         │
    │   public   table_2              2000    16 kB  forced  ∅                                         │
    │>  public   table_3              3000    24 kB  off     row security is off                       │
    │   public   table_4              4000    32 kB  forced  ∅                                         │
    │   public   table_5              5000    40 kB  forced  ∅                                         │
    │   public   table_6              6000    48 kB  forced  ∅                                         │
    │   public   table_7              7000    56 kB  forced  ∅                                         │
    │   public   table_8              8000    64 kB  forced  ∅                                         │
    └────────────────────────────────────────────────────────────────────── 1–9 of ~300 est. · < 1 ms ─┘
     home > tables
    ");
}
