#include "sluice/sandbox/object_type.h"

namespace sluice::sandbox {

ObjectType UserType() {
  using enum FieldType;
  ObjectType type{"User", "User", "Users", "005"};
  type.writable = false;
  type.fields = {
      Required(Text("Id", "User ID", 18, kId)),
      Required(Other("IsDeleted", "Deleted", kBoolean)),
      Required(Text("Username", "Username", 80)),
      Required(Text("LastName", "Last Name", 80)),
      Text("FirstName", "First Name", 40),
      Required(Text("Name", "Full Name", 121)),
      Required(Text("Email", "Email", 128, kEmail)),
      Required(Other("IsActive", "Active", kBoolean)),
  };
  AddSystemFields(type.fields, false);
  for (Field& field : type.fields) field = ReadOnly(std::move(field));
  return type;
}

}  // namespace sluice::sandbox
