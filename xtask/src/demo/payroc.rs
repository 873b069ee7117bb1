use pay_sandbox::Sandbox;
use payroc::{Address, BankAccount, Client, Contact, Date, Environment, MerchantApplication};

use super::{Result, expect, step};

/// A refused application, a boarded merchant, and what it was paid.
pub(super) async fn run(sandbox: &Sandbox) -> Result<()> {
    let account = sandbox.payroc();
    let login = account.partner();
    let environment = Environment::custom(&account.base_url())?;
    let client =
        Client::builder(environment).credentials(login.user_name, login.password).build()?;

    step(1, "An application with a wrong routing number is not even sent.");
    let error = client.boarding().submit(&application("123456789")).await;
    let error = error.err().ok_or("the routing number was not checked")?;
    expect(error.is_invalid(), "the check")?;
    println!("   {error}");

    step(2, "Board a merchant. The SSN and the bank account are shown to nobody.");
    let application = application("021000021");
    let boarded = client.boarding().submit(&application).await?;
    let mid = boarded.mid().ok_or("boarded without a MID")?;
    println!("   merchant {mid}");
    expect(!format!("{application:?}").contains("219099999"), "the secrets")?;

    step(3, "Read how the application stands, and what was settled.");
    account.approve(mid.as_str())?;
    account.activate(mid.as_str())?;
    account.add_batch(mid.as_str(), &["25.50".parse()?, "-3.00".parse()?])?;
    let status = client.boarding().status(&mid).await?;
    println!("   application: {}", status.application_status.as_deref().unwrap_or("-"));
    let today = Date::utc_of(time::OffsetDateTime::now_utc()).ok_or("no date")?;
    let report = client.settlement().report(&mid, today, today).await?;
    let batch = report.batches.first().ok_or("no batch")?;
    let dollars = |amount: Option<payroc::Amount>| amount.unwrap_or(payroc::Amount::ZERO);
    let (sold, returned) = (dollars(batch.sale_amount), dollars(batch.return_amount));
    println!("   batch: sales {sold}, returns {returned}");
    Ok(())
}

fn application(routing_number: &str) -> MerchantApplication {
    let shop = Address::new("100 N State St", "Chicago", "IL", "60602");
    let owner = Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop.clone())
        .share(100)
        .primary()
        .ssn("219-09-9999");
    MerchantApplication::new("Lee's", "Lee Corp", "98-7654321", shop.clone(), shop, [owner])
        .bank_account(BankAccount::new("Lee Corp", routing_number, "000123456789"))
}
