//! Where everything goes: one pure function of the size, used to react (how many rows fit) and to draw (where they are).

use ratatui::layout::{Rect, Size};

/// What else decides the layout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wants {
    /// Somebody is acted as: the banner is there, whatever the size.
    pub acting: bool,
    /// The pane has the whole screen.
    pub full_screen: bool,
    /// The pane has a preview.
    pub preview: bool,
}

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Tables.
    Tables,
    /// One card per record.
    Cards,
    /// Nothing but the pane and one line.
    Bare,
}

/// Where everything goes. What has no room has an empty area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// How much there is room for.
    pub form: Form,
    /// The connection line.
    pub link: Rect,
    /// The acting banner.
    pub banner: Rect,
    /// The key menu.
    pub menu: Rect,
    /// The pane.
    pub body: Rect,
    /// The preview beside it.
    pub preview: Rect,
    /// Breadcrumbs and counters.
    pub crumbs: Rect,
    /// The message line, which becomes the prompt.
    pub message: Rect,
}

/// Lays the screen out.
pub fn places(size: Size, wants: Wants) -> Places {
    let Size { width, height } = size;
    let form = match (width, height) {
        (0..40, _) | (_, 0..10) => Form::Bare,
        (40..80, _) => Form::Cards,
        _ => Form::Tables,
    };
    let bare = form == Form::Bare;
    let one = |there: bool| u16::from(there);
    let menu = match (bare || wants.full_screen, width, height) {
        (true, ..) | (_, _, 0..16) => 0,
        (_, 100.., 28..) => 3,
        _ => 1,
    };
    // From the top, as long as there is room; the pane gets what is left, and the message line comes before the rest.
    let mut left = height.saturating_sub(1);
    let mut take = |wanted: u16| {
        let got = wanted.min(left.saturating_sub(1));
        left -= got;
        got
    };
    let banner = take(one(wants.acting));
    let link = take(one(!bare));
    let crumbs = take(one(!bare && !wants.full_screen));
    let menu = take(menu);
    let body = left;
    let mut y = 0;
    let mut next = |height: u16| {
        let area = Rect::new(0, y, width, height);
        y += height;
        area
    };
    let (link, banner, menu, body) = (next(link), next(banner), next(menu), next(body));
    let (crumbs, message) = (next(crumbs), next(one(height > 0)));
    let beside = wants.preview && !wants.full_screen && width >= 100 && height >= 20;
    let aside = if beside { (width / 10 * 3).clamp(30, 60) } else { 0 };
    let [body, preview] = split(body, aside);
    Places { form, link, banner, menu, body, preview, crumbs, message }
}

/// Cuts `aside` columns off the right.
const fn split(area: Rect, aside: u16) -> [Rect; 2] {
    let width = area.width - aside;
    [Rect { width, ..area }, Rect { x: area.x + width, width: aside, ..area }]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_cell_belongs_to_exactly_one_place(width in 0u16..250, height in 0u16..80, acting: bool, full_screen: bool, preview: bool) {
            let size = Size::new(width, height);
            let all = places(size, Wants { acting, full_screen, preview });
            let areas = [all.link, all.banner, all.menu, all.body, all.preview, all.crumbs, all.message];
            let sum: u32 = areas.iter().map(|area| area.area()).sum();
            prop_assert_eq!(sum, u32::from(width) * u32::from(height));
            for area in areas {
                prop_assert_eq!(area.intersection(Rect::from(size)), area);
            }
            if height >= 2 {
                prop_assert!(all.body.height >= 1 && all.message.height == 1);
            }
            // Nobody may forget that somebody is acted as.
            prop_assert!(!acting || height < 3 || all.banner.height == 1);
        }
    }

    #[test]
    fn eighty_by_twenty_four_has_everything_but_the_preview() {
        let all =
            places(Size::new(80, 24), Wants { acting: true, full_screen: false, preview: true });
        assert_eq!(
            (all.form, all.menu.height, all.body.height, all.preview.width),
            (Form::Tables, 1, 19, 0)
        );
    }
}
