//! Which credential is sent, and that none is printed.

use crate::support::{SUCCESS, Script, answer, revoke};
use portcullis_client::{Client, ClientBuilder, types::ServiceTokenParams};

const FULL: &[(&str, &str)] = &[
    ("CLOUDFLARE_API_TOKEN", "env_token"),
    ("CLOUDFLARE_API_KEY", "env_key"),
    ("CLOUDFLARE_EMAIL", "env@example.com"),
    ("CLOUDFLARE_API_USER_SERVICE_KEY", "env_service"),
];

fn with(builder: ClientBuilder, variables: &'static [(&'static str, &'static str)]) -> ClientBuilder {
    builder.environment(move |wanted| {
        variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
    })
}

/// The headers that carry a credential, as they arrive.
async fn sent(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Vec<String> {
    let script = Script::new([answer(200, SUCCESS)]);
    let client = change(script.builder()).build().unwrap();
    revoke(&client).send().await.unwrap();
    let credential = |line: &&str| line.starts_with("authorization") || line.starts_with("x-auth");
    script.requests().concat().lines().filter(credential).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_environment_gives_one_credential_in_this_order() {
    const KEY: &[(&str, &str)] = &[("CLOUDFLARE_API_TOKEN", ""), FULL[1], FULL[2], FULL[3]];
    const SERVICE: &[(&str, &str)] = &[FULL[1], FULL[3]];
    assert_eq!(sent(|it| with(it, FULL)).await, ["authorization: Bearer env_token"]);
    assert_eq!(sent(|it| with(it, KEY)).await, ["x-auth-email: env@example.com", "x-auth-key: env_key"]);
    assert_eq!(sent(|it| with(it, SERVICE)).await, ["x-auth-user-service-key: env_service"]);
}

#[tokio::test]
async fn a_credential_in_code_suppresses_every_one_of_the_environment() {
    assert_eq!(sent(|it| with(it, FULL).api_token("T")).await, ["authorization: Bearer T"]);
    assert_eq!(
        sent(|it| with(it, FULL).api_key("K").api_email("e")).await,
        ["x-auth-email: e", "x-auth-key: K"]
    );
    assert_eq!(sent(|it| with(it, FULL).user_service_key("S")).await, ["x-auth-user-service-key: S"]);
    assert_eq!(sent(|it| with(it, FULL).anonymous()).await, [""; 0]);
}

#[test]
fn what_is_ambiguous_or_missing_is_an_error() {
    const KEY_ALONE: &[(&str, &str)] = &[FULL[1]];
    let fault = |builder: ClientBuilder| builder.build().unwrap_err().to_string();
    let new = || with(Client::builder(), FULL);
    let several = "more than one credential was given";
    assert_eq!(fault(new().api_token("T").api_key("K").api_email("e")), several);
    assert_eq!(fault(new().api_token("T").user_service_key("S")), several);
    assert_eq!(fault(new().api_token("T").anonymous()), several);
    // The address of the environment does not complete the key in code.
    assert_eq!(fault(new().api_key("K")), "an API key was given without an email address");
    assert_eq!(fault(new().api_email("e")), "an email address was given without an API key");
    assert_eq!(fault(new().api_token("T").api_email("e")), "an email address was given without an API key");
    assert!(fault(new().no_env()).starts_with("no credential: "));
    assert!(fault(with(Client::builder(), KEY_ALONE)).starts_with("no credential: "));
    assert!(fault(new().api_token("line\nbreak")).starts_with("the credential has a character"));
}

#[test]
fn the_base_url_is_checked_and_completed() {
    const ENVIRONMENT: &[(&str, &str)] = &[("CLOUDFLARE_BASE_URL", "http://env.example.com/x")];
    let new = || with(Client::builder(), ENVIRONMENT).api_token("T");
    let base = |builder: ClientBuilder| builder.build().map(|client| client.base_url().to_string());
    assert_eq!(base(new()).unwrap(), "http://env.example.com/x/");
    assert_eq!(base(new().no_env()).unwrap(), "https://api.cloudflare.com/client/v4/");
    assert_eq!(base(new().base_url("https://p.example.com")).unwrap(), "https://p.example.com/");
    assert_eq!(base(new().base_url("https://p.example.com/v4/")).unwrap(), "https://p.example.com/v4/");
    for bad in ["nonsense", "ftp://x/", "https://user:pw@x/", "https://x/?a", "https://x/#a"] {
        assert!(base(new().base_url(bad)).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn debug_prints_no_secret() {
    const SECRETS: [&str; 6] = ["tok_AAAA", "key_BBBB", "svc_CCCC", "hdr_DDDD", "body_EEEE", "made_FFFF"];
    let body = r#"{"result":{"id":"i","client_secret":"made_FFFF"},"success":true}"#;
    let script = Script::new([answer(200, body)]);
    let client =
        script.builder().default_header("x-proxy", "hdr_DDDD").api_token("tok_AAAA").build().unwrap();
    let request = client
        .zero_trust()
        .access()
        .service_tokens()
        .create(ServiceTokenParams::new("ci"))
        .account_id("a")
        .header("x-other", "hdr_DDDD")
        .json_set("secret", "body_EEEE");
    let custom = client.post::<serde_json::Value>("x", &"body_EEEE");
    let keys =
        Client::builder().api_key("key_BBBB").user_service_key("svc_CCCC").default_header("x", "hdr_DDDD");
    let before = format!("{client:#?} {request:#?} {custom:#?} {keys:#?}");
    let after = format!("{:#?}", request.with_response().await.unwrap());
    for secret in SECRETS {
        assert!(!before.contains(secret) && !after.contains(secret), "{secret}\n{before}\n{after}");
    }
    assert!(script.requests().concat().ends_with(r#"{"name":"ci","secret":"body_EEEE"}"#));
}
