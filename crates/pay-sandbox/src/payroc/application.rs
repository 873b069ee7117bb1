//! A merchant's application: the body of a boarding, and every rule on it.

use super::{
    Refusal,
    address::Address,
    input::Input,
    owner,
    switches::GatewayBoarding,
    validation::{Validation, is_digits, last_four},
};
use crate::{json::Json, world::World};

/// What the sandbox keeps of an application.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) doing_business_as: String,
    pub(crate) legal_business_name: String,
    pub(crate) location: Address,
    pub(crate) tax_id_last_four: String,
    pub(crate) ssn_last_fours: Vec<String>,
    pub(crate) account_last_four: Option<String>,
}

impl Application {
    /// Checks a body: first its fields, then what needs a look elsewhere.
    pub(crate) fn check(body: &Json, world: &World) -> Result<Self, Refusal> {
        let input = Input(body);
        let mut validation = Validation::new(world);
        let doing_business_as = validation.needed(input, "", "DoingBusinessAs")?;
        let legal_business_name = validation.needed(input, "", "LegalBusinessName")?;
        let tax_id = validation.needed(input, "", "FedTaxId")?;
        let location = address(input, "DbaAddress", "DBA", &mut validation)?;
        address(input, "LegalBusinessAddress", "Legal Business", &mut validation)?;
        let ssn_last_fours = match input.objects("OwnerContacts")? {
            None => {
                validation.missing_object("OwnerContacts");
                Vec::new()
            }
            Some(owners) if owners.is_empty() => {
                let message = "'Owner Contacts' should not be empty.";
                validation.broken("NotEmpty", "OwnerContacts", message);
                Vec::new()
            }
            Some(owners) => owner::check(&owners, &mut validation)?,
        };
        let account_last_four = match input.object("BankAccount")? {
            None => None,
            Some(account) => bank_account(account, &mut validation)?,
        };
        let emails = input.flag("EnableGatewayEmails")?;
        validation.finish()?;
        // What is missing was told by now.
        let (Some(tax_id), Some(location)) = (tax_id, location) else {
            return Err(Refusal::unreadable());
        };

        if emails.is_some() && world.switch::<GatewayBoarding>() == GatewayBoarding::Partner {
            let message = "EnableGatewayEmails flag is not allowed unless gateway boarding is handled by IPS.";
            let code = "IllegalRequestParameterException";
            return Err(Refusal::about("EnableGatewayEmails", code, message.to_owned()));
        }
        if location.is_po_box() {
            let message = format!(
                "DBA address is an invalid location. Value checked: {location}. A PO box is no location."
            );
            return Err(Refusal::about("DbaAddress", "InvalidLocationException", message));
        }
        if !passes_tin_check(tax_id) {
            let message = format!("Federal Tax ID failed TIN Check. Value checked: {tax_id}");
            return Err(Refusal::about("FedTaxId", "FailedTinCheckException", message));
        }
        let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Ok(Self {
            doing_business_as: own(doing_business_as),
            legal_business_name: own(legal_business_name),
            location,
            tax_id_last_four: last_four(tax_id),
            ssn_last_fours,
            account_last_four,
        })
    }

    /// Our rule for what becomes of it.
    pub(crate) fn will_be_approved(&self) -> bool {
        self.tax_id_last_four.ends_with(['1', '3', '5', '7', '9'])
    }
}

fn address(
    input: Input<'_>,
    name: &str,
    title: &str,
    validation: &mut Validation<'_>,
) -> Result<Option<Address>, Refusal> {
    match input.object(name)? {
        Some(address) => Address::check(address, name, title, validation).map(Some),
        None => {
            validation.missing_object(name);
            Ok(None)
        }
    }
}

/// The last four digits of the account.
fn bank_account(
    account: Input<'_>,
    validation: &mut Validation<'_>,
) -> Result<Option<String>, Refusal> {
    let path = "BankAccount";
    validation.inner(account, path, "NameOnAccount")?;
    if let Some(routing) = validation.inner(account, path, "RoutingNumber")? {
        let field = "BankAccount.RoutingNumber";
        validation.check(is_routing_number(routing), field, routing, "Invalid Routing Number");
    }
    let number = validation.inner(account, path, "AccountNumber")?;
    if let Some(number) = number {
        let is_one = is_digits(number, 4..=17);
        validation.check(is_one, "BankAccount.AccountNumber", number, "Invalid Account Number");
    }
    Ok(number.map(last_four))
}

/// Nine digits whose weighted sum is a multiple of ten.
fn is_routing_number(text: &str) -> bool {
    let digits = text.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip([3, 7, 1].into_iter().cycle()).map(|(digit, by)| digit * by).sum();
    is_digits(text, 9..=9) && sum != 0 && sum.is_multiple_of(10)
}

/// Our rule: nine digits, with or without the usual dash, that do not begin with 00.
fn passes_tin_check(text: &str) -> bool {
    let digits = match text.split_once('-') {
        Some((two, seven)) if two.len() == 2 => format!("{two}{seven}"),
        _ => text.to_owned(),
    };
    is_digits(&digits, 9..=9) && !digits.starts_with("00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_numbers_have_a_check_digit() {
        for good in ["021000021", "011401533", "122105155"] {
            assert!(is_routing_number(good), "{good}");
        }
        for bad in ["021000022", "02100002", "0210000210", "02100002a", "000000000"] {
            assert!(!is_routing_number(bad), "{bad}");
        }
    }

    #[test]
    fn tax_ids_have_nine_digits() {
        for (text, passes) in [
            ("123456789", true),
            ("12-3456789", true),
            ("001234567", false),
            ("12345678", false),
            ("123-456789", false),
            ("12345678x", false),
        ] {
            assert_eq!(passes_tin_check(text), passes, "{text}");
        }
    }
}
