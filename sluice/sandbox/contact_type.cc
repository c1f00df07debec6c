#include "sluice/sandbox/object_type.h"

namespace sluice::sandbox {

ObjectType ContactType() {
  using enum FieldType;
  ObjectType type{"Contact", "Contact", "Contacts", "003"};
  type.fields = {
      ReadOnly(Required(Text("Id", "Contact ID", 18, kId))),
      ReadOnly(Required(Other("IsDeleted", "Deleted", kBoolean))),
      Reference("AccountId", "Account ID", "Account"),
      Required(Text("LastName", "Last Name", 80)),
      Text("FirstName", "First Name", 40),
      Picklist("Salutation", "Salutation", {"Mr.", "Ms.", "Mrs.", "Dr.", "Prof."}),
      ReadOnly(Required(Text("Name", "Full Name", 121))),
      Text("Phone", "Business Phone", 40, kPhone),
      Text("Email", "Email", 80, kEmail),
      Text("Title", "Title", 128),
      Text("Department", "Department", 80),
      Other("Birthdate", "Birthdate", kDate),
      LongText("Description", "Contact Description", 32000),
  };
  AddAddress(type.fields, "Mailing");
  AddSystemFields(type.fields, true);
  return type;
}

}  // namespace sluice::sandbox
