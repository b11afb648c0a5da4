//! A door-keeper before a server who counts how often somebody speaks and is answered.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

/// Passes on what is said, and counts.
pub(crate) struct Proxy {
    port: u16,
    exchanges: Arc<AtomicU64>,
}

/// The address in a URL, and where it stands.
fn place(url: &str) -> &str {
    let after = url.rsplit('@').next().unwrap();
    after.split('/').next().unwrap()
}

impl Proxy {
    /// One before the server that `url` names.
    pub(crate) fn start(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let exchanges = Arc::new(AtomicU64::new(0));
        let (server, counted) = (place(url).to_owned(), Arc::clone(&exchanges));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&server).unwrap();
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                // Whether the server spoke last.
                let answered = Arc::new(AtomicBool::new(true));
                let (counted, heard) = (Arc::clone(&counted), Arc::clone(&answered));
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || {
                    pass_on(from, to, || {
                        if heard.swap(false, Ordering::SeqCst) {
                            counted.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                });
                thread::spawn(move || {
                    pass_on(server, client, || answered.store(true, Ordering::SeqCst));
                });
            }
        });
        Self { port, exchanges }
    }

    /// The same URL through here.
    pub(crate) fn through(&self, url: &str) -> String {
        let through = format!("127.0.0.1:{}", self.port);
        format!("{}?sslmode=disable", url.replace(place(url), &through))
    }

    /// How often somebody spoke and was answered so far.
    pub(crate) fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst)
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, tell: impl Fn()) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        tell();
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
