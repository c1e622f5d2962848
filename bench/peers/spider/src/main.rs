//! Takes pages with spider-rs: `peer shop ORIGIN` crawls the shop from its front page; `peer list` reads urls.txt and
//! trial.json (`follows`). Writes items.jsonl, prints pages and bytes as JSON. robots.txt is not read (its default).
//! Fields by the selectors of the crate `scraper`.

mod fields;

use fields::{shop_item, web_item};
use serde::Deserialize;
use spider::{page::Page, tokio, website::Website};
use std::{
    fs::{read_to_string, File},
    io::{BufWriter, Write},
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
};

const UNDER_WAY: usize = 64;
/// A receiver that falls behind by more loses pages.
const CHANNEL: usize = 65_536;

#[derive(Deserialize)]
struct Trial {
    follows: bool,
}

type ItemOf = fn(&str, &str) -> Option<String>;

struct Taken {
    item_of: ItemOf,
    lines: Mutex<BufWriter<File>>,
    pages: AtomicUsize,
    bytes: AtomicUsize,
}

impl Taken {
    fn take(&self, page: &Page) {
        if page.status_code != 200 {
            eprintln!(
                "{} answered {}: {:?}",
                page.get_url(),
                page.status_code,
                page.error_status
            );
            return;
        }
        let html = page.get_html();
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(html.len(), Ordering::Relaxed);
        if let Some(line) = (self.item_of)(page.get_url(), &html) {
            writeln!(self.lines.lock().unwrap(), "{line}").unwrap();
        }
    }
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["shop", origin] => crawl(vec![format!("{origin}/")], shop_item).await,
        ["list"] => {
            let trial: Trial =
                serde_json::from_str(&read_to_string("trial.json").unwrap()).unwrap();
            let starts = read_to_string("urls.txt")
                .unwrap()
                .lines()
                .map(String::from)
                .collect();
            if trial.follows {
                crawl(starts, web_item).await;
            } else {
                fetch(starts).await;
            }
        }
        _ => panic!("shop ORIGIN or list, not {args:?}"),
    }
}

fn open(item_of: ItemOf) -> Arc<Taken> {
    let lines = Mutex::new(BufWriter::new(File::create("items.jsonl").unwrap()));
    Arc::new(Taken {
        item_of,
        lines,
        pages: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
    })
}

fn close(taken: &Taken) {
    taken.lines.lock().unwrap().flush().unwrap();
    let (pages, bytes) = (
        taken.pages.load(Ordering::Relaxed),
        taken.bytes.load(Ordering::Relaxed),
    );
    println!("{{\"pages\":{pages},\"bytes\":{bytes}}}");
}

/// As the documentation writes it: one website for each start, links followed, pages by a subscription.
async fn crawl(starts: Vec<String>, item_of: ItemOf) {
    let taken = open(item_of);
    let mut crawls = tokio::task::JoinSet::new();
    for start in starts {
        let taken = taken.clone();
        crawls.spawn(async move {
            let mut website = Website::new(&start);
            website.with_concurrency_limit(Some(UNDER_WAY));
            let mut pages = website.subscribe(CHANNEL);
            let reader = tokio::spawn(async move {
                while let Ok(page) = pages.recv().await {
                    taken.take(&page);
                }
            });
            website.crawl().await;
            website.unsubscribe();
            reader.await.unwrap();
        });
    }
    while let Some(done) = crawls.join_next().await {
        done.unwrap();
    }
    close(&taken);
}

/// Its pages, fetched by the client that it sets up for a website, so many at a time.
async fn fetch(addresses: Vec<String>) {
    let taken = open(web_item);
    let mut website = Website::new(&addresses[0]);
    website.configure_setup_norobots();
    let client = website.configure_http_client();
    let next = Arc::new(AtomicUsize::new(0));
    let addresses = Arc::new(addresses);
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..UNDER_WAY {
        let (taken, client, next, addresses) = (
            taken.clone(),
            client.clone(),
            next.clone(),
            addresses.clone(),
        );
        workers.spawn(async move {
            while let Some(address) = addresses.get(next.fetch_add(1, Ordering::Relaxed)) {
                taken.take(&Page::new_page(address, &client).await);
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    close(&taken);
}
