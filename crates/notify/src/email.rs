//! E-mail: plain text and HTML, by SMTP.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use crate::channel::{Mail, MailSecurity};
use crate::deliver::because;
use crate::error::Error;
use crate::message::{Message, Occasion};

pub(crate) async fn send(mail: &Mail, message: &Message, patience: Duration) -> Result<(), Error> {
    let letter = letter(mail, message)?;
    let transport = transport(mail, patience)?;
    let sent = transport.send(letter).await;
    sent.map(|_| ()).map_err(|error| {
        let whom = mail.host.clone();
        let why = because(&error);
        if error.is_permanent() {
            Error::Refused { whom, why }
        } else {
            // 4xx, a broken connection, a timeout: another time may do.
            Error::Unreachable { whom, why }
        }
    })
}

fn transport(mail: &Mail, patience: Duration) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let parameters = || {
        TlsParameters::new(mail.host.clone()).map_err(|error| Error::Setting {
            what: "the mail server's name",
            why: error.to_string(),
        })
    };
    let tls = match mail.security {
        MailSecurity::Tls => Tls::Wrapper(parameters()?),
        MailSecurity::StartTls => Tls::Required(parameters()?),
        MailSecurity::None => Tls::None,
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(patience));
    if let Some((name, password)) = &mail.login {
        let credentials = Credentials::new(name.clone(), password.expose().to_owned());
        transport = transport.credentials(credentials);
    }
    Ok(transport.build())
}

fn letter(mail: &Mail, message: &Message) -> Result<lettre::Message, Error> {
    let mailbox = |what: &'static str, text: &str| -> Result<Mailbox, Error> {
        text.parse()
            .map_err(|error: lettre::address::AddressError| Error::Setting {
                what,
                why: format!("`{text}`: {error}"),
            })
    };
    let from = mailbox("from", &mail.from)?;
    let domain = from.email.domain().to_owned();
    let mut builder = lettre::Message::builder()
        .from(from)
        .subject(subject(message))
        // The same id each time: a mail system that gets a letter twice can see it.
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    for to in &mail.to {
        builder = builder.to(mailbox("to", to)?);
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            message.plain(),
            html(message),
        ))
        .map_err(|error| Error::Setting {
            what: "to",
            why: error.to_string(),
        })
}

/// The whole check of what addresses a channel names, before anything is sent.
///
/// # Errors
/// Names the address that is none.
pub fn check(mail: &Mail) -> Result<(), Error> {
    let probe = Message {
        id: "check".to_owned(),
        channel: String::new(),
        occasion: Occasion::Test,
        at: jiff::Timestamp::UNIX_EPOCH,
        subject: String::new(),
        sections: Vec::new(),
        more: 0,
        notes: Vec::new(),
        console: None,
    };
    letter(mail, &probe).map(|_| ())
}

fn subject(message: &Message) -> String {
    let about = match message.occasion {
        Occasion::AtOnce => "Frontlist, now",
        Occasion::Digest => "Frontlist",
        Occasion::Test => "Frontlist, a test",
    };
    format!("{about}: {}", message.subject)
}

fn html(message: &Message) -> String {
    let mut html = format!(
        "<!doctype html><html><body><p><strong>{}</strong></p>",
        escaped(&message.subject)
    );
    for section in &message.sections {
        html.push_str(&format!("<h2>{}</h2><ul>", escaped(&section.heading)));
        for line in &section.lines {
            let about = match &line.link {
                Some(link) => format!("<a href=\"{}\">{}</a>", escaped(link), escaped(&line.about)),
                None => escaped(&line.about),
            };
            let due = line
                .due
                .as_ref()
                .map_or_else(String::new, |due| format!(" ({})", escaped(due)));
            html.push_str(&format!(
                "<li><strong>{}</strong> {about}: {}{due}<br>{}</li>",
                line.kind.as_str(),
                escaped(&line.says),
                escaped(&line.mend),
            ));
        }
        html.push_str("</ul>");
    }
    html.extend(
        message
            .rest()
            .map(|rest| format!("<p>{}</p>", escaped(&rest))),
    );
    html.push_str("</body></html>");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
