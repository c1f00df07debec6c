#include "sluice/sandbox/object_type.h"

namespace sluice::sandbox {

// The standard fields of API 58.0, the custom fields of a new Developer Edition org, and Ext__c,
// which is this sandbox's own: an external id for upserts.
ObjectType AccountType() {
  using enum FieldType;
  ObjectType type{"Account", "Account", "Accounts", "001"};
  std::vector<Field>& fields = type.fields;
  fields = {
      ReadOnly(Required(Text("Id", "Account ID", 18, kId))),
      ReadOnly(Required(Other("IsDeleted", "Deleted", kBoolean))),
      ReadOnly(Reference("MasterRecordId", "Master Record ID", "Account")),
      Required(Text("Name", "Account Name", 255)),
      Picklist("Type", "Account Type",
               {"Prospect", "Customer - Direct", "Customer - Channel", "Channel Partner / Reseller",
                "Installation Partner", "Technology Partner", "Other"}),
      Reference("ParentId", "Parent Account ID", "Account"),
  };
  AddAddress(fields, "Billing");
  AddAddress(fields, "Shipping");
  fields.insert(
      fields.end(),
      {
          Text("Phone", "Account Phone", 40, kPhone),
          Text("Fax", "Account Fax", 40, kPhone),
          Text("AccountNumber", "Account Number", 40),
          Text("Website", "Website", 255, kUrl),
          ReadOnly(Text("PhotoUrl", "Photo URL", 255, kUrl)),
          Text("Sic", "SIC Code", 20),
          Picklist("Industry", "Industry",
                   {"Agriculture",        "Apparel",        "Banking",      "Biotechnology",
                    "Chemicals",          "Communications", "Construction", "Consulting",
                    "Education",          "Electronics",    "Energy",       "Engineering",
                    "Entertainment",      "Environmental",  "Finance",      "Food & Beverage",
                    "Government",         "Healthcare",     "Hospitality",  "Insurance",
                    "Machinery",          "Manufacturing",  "Media",        "Not For Profit",
                    "Recreation",         "Retail",         "Shipping",     "Technology",
                    "Telecommunications", "Transportation", "Utilities",    "Other"}),
          Number("AnnualRevenue", "Annual Revenue", kCurrency, 18, 0),
          Number("NumberOfEmployees", "Employees", kInt, 8, 0),
          Picklist("Ownership", "Ownership", {"Public", "Private", "Subsidiary", "Other"}),
          Text("TickerSymbol", "Ticker Symbol", 20),
          LongText("Description", "Account Description", 32000),
          Picklist("Rating", "Account Rating", {"Hot", "Warm", "Cold"}),
          Text("Site", "Account Site", 80),
      });
  AddSystemFields(fields, true);
  fields.insert(
      fields.end(),
      {
          ReadOnly(Other("LastActivityDate", "Last Activity", kDate)),
          ReadOnly(Other("LastViewedDate", "Last Viewed Date", kDatetime)),
          ReadOnly(Other("LastReferencedDate", "Last Referenced Date", kDatetime)),
          Text("Jigsaw", "Data.com Key", 20),
          ReadOnly(Text("JigsawCompanyId", "Jigsaw Company ID", 20)),
          Picklist("CleanStatus", "Clean Status",
                   {"Matched", "Different", "Acknowledged", "NotFound", "Inactive", "Pending",
                    "SelectMatch", "Skipped"}),
          Picklist("AccountSource", "Account Source",
                   {"Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"}),
          Text("DunsNumber", "D-U-N-S Number", 9),
          Text("Tradestyle", "Tradestyle", 255),
          Text("NaicsCode", "NAICS Code", 8),
          Text("NaicsDesc", "NAICS Description", 120),
          Text("YearStarted", "Year Started", 4),
          Text("SicDesc", "SIC Description", 80),
          Reference("DandbCompanyId", "D&B Company ID", "DandBCompany"),
          Reference("OperatingHoursId", "Operating Hour ID", "OperatingHours"),
          Picklist("CustomerPriority__c", "Customer Priority", {"High", "Low", "Medium"}),
          Picklist("SLA__c", "SLA", {"Gold", "Silver", "Platinum", "Bronze"}),
          Picklist("Active__c", "Active", {"No", "Yes"}),
          Number("NumberofLocations__c", "Number of Locations", kDouble, 3, 0),
          Picklist("UpsellOpportunity__c", "Upsell Opportunity", {"Maybe", "No", "Yes"}),
          Text("SLASerialNumber__c", "SLA Serial Number", 10),
          Other("SLAExpirationDate__c", "SLA Expiration Date", kDate),
          Text("Ext__c", "External ID", 255),
      });
  fields.back().external_id = true;
  fields[*type.Find("PhotoUrl")].filterable = false;
  return type;
}

}  // namespace sluice::sandbox
