// The checks, in the order in which they are made. Each asks for one rule of the protocol and says
// where the rule comes from.
#pragma once

#include <string>
#include <vector>

#include "sluice/conformance/session.h"

namespace sluice::conformance {

// What must be known before a check makes sense. Others are skipped and say why.
enum Need : unsigned {
  kNothing = 0,
  kConfiguration = 1,  // DescribeConnectorConfiguration answered.
  kLogIn = 2,          // Credentials, where the connector wants some.
  kEntities = 4,       // ListEntities answered.
  kDefinition = 8,     // DescribeEntity answered.
  kSource = 16,        // It can be read from.
  kFirstPage = 32,     // QueryData answered.
  kRecords = 64,       // … with at least one record.
  kWriting = 128,      // The user lets the kit write, and there is what to write to.
  kInsertedRecords = 256,
};

struct Check {
  const char* id;     // "describe.modes"
  const char* title;  // "Modes are SOURCE and DESTINATION"
  unsigned needs;
  const char* rule;    // For who failed it: a sentence.
  const char* source;  // Of the rule.
  Verdict (*run)(Session&);
};

// Part of the scorecard: "describe" is "Configuration".
const std::vector<Check>& ConfigurationChecks();
const std::vector<Check>& CredentialsChecks();
const std::vector<Check>& EntityChecks();
const std::vector<Check>& QueryChecks();
const std::vector<Check>& FilterChecks();
const std::vector<Check>& WriteChecks();
const std::vector<Check>& OverallChecks();  // After all others.

// Hides what is or may be secret of the given credentials: more before the connector was described.
void HideCredentials(Session& session);

inline constexpr char kCleanUpCheck[] = "write.clean-up";

// Where rules come from. (AWS's SDK for Java is the reference; the one for Python is older.)
inline constexpr char kRestrictions[] = "README of AWS's custom connector SDK, SDK Restrictions";
inline constexpr char kDataFormat[] =
    "README of AWS's custom connector SDK, Data Format Specification";
inline constexpr char kEntityMetadata[] = "README of AWS's custom connector SDK, Entity Metadata";
inline constexpr char kRecordHandler[] =
    "README of AWS's custom connector SDK, RecordHandler Details";
inline constexpr char kConfigurationHandler[] =
    "README of AWS's custom connector SDK, ConfigurationHandler Details";
inline constexpr char kMetadataHandler[] =
    "README of AWS's custom connector SDK, MetadataHandler Details";

}  // namespace sluice::conformance
