#include "sluice/connectors/s3/object_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sluice/base/time_text.h"

namespace sluice::s3 {
namespace {

using ::testing::EndsWith;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr char kExecution[] = "0f5b1a4e-6c1d-4c55-9d4e-1f2a3b4c5d6e";
constexpr char kFormat[] = "s3OutputFormatConfig.";

RunContext Run(const std::string& execution = kExecution) {
  return {.flow_name = "accounts",
          .execution_id = execution,
          .schema_version = 3,
          .started_at = *ParseTime("2026-01-31T09:05:07Z")};
}

OutputSettings Output(const Settings& format, const std::string& prefix = "in/sf") {
  Settings settings = {{"bucketName", "bucket"}, {"bucketPrefix", prefix}};
  for (const auto& [name, value] : format) settings[kFormat + name] = value;
  auto output = ReadOutputSettings(settings);
  EXPECT_TRUE(output.ok()) << output.error().message;
  return *output;
}

ObjectNames Names(const Settings& format, const std::string& prefix = "in/sf",
                  const std::string& execution = kExecution, const std::string& partition = "0") {
  return ObjectNames(Output(format, prefix), Run(execution), execution + "/" + partition);
}

// The key with its UUID as "<uuid>".
std::string KeyIn(const ObjectNames& names, const std::string& folders = "") {
  std::string key = names.Key(folders, 1);
  return key.substr(0, key.size() - 36) + "<uuid>";
}

TEST(ObjectName, IsInTheFolderOfItsExecutionUnlessThePrefixConfigSaysOtherwise) {
  std::string execution(kExecution);
  EXPECT_EQ(KeyIn(Names({})), "in/sf/accounts/" + execution + "/<uuid>");
  EXPECT_EQ(KeyIn(Names({{"prefixConfig.pathPrefixHierarchy", "EXECUTION_ID"}})),
            "in/sf/accounts/" + execution + "/<uuid>");
  EXPECT_EQ(KeyIn(Names({{"prefixConfig.pathPrefixHierarchy", "SCHEMA_VERSION"}})),
            "in/sf/accounts/schemaVersion_3/<uuid>");
  EXPECT_EQ(KeyIn(Names({{"prefixConfig.prefixType", "PATH"}})),
            "in/sf/accounts/2026/01/31/<uuid>");
}

TEST(ObjectName, HasSchemaVersionDateAndExecutionInThisOrderWhateverTheList) {
  std::string execution(kExecution);
  for (const char* hierarchy : {"EXECUTION_ID,SCHEMA_VERSION", "SCHEMA_VERSION,EXECUTION_ID"}) {
    EXPECT_EQ(KeyIn(Names({{"prefixConfig.pathPrefixHierarchy", hierarchy},
                           {"prefixConfig.prefixType", "PATH"},
                           {"prefixConfig.prefixFormat", "MINUTE"}}),
                    "Type=null/"),
              "in/sf/accounts/schemaVersion_3/2026/01/31/09/05/" + execution + "/Type=null/<uuid>");
  }
}

TEST(ObjectName, HasTheDateWhereAndAsFineAsTold) {
  struct {
    const char *type, *format, *key;
  } cases[] = {
      {"PATH", "YEAR", "2026/<uuid>"},
      {"PATH", "MONTH", "2026/01/<uuid>"},
      {"PATH", "DAY", "2026/01/31/<uuid>"},
      {"PATH", "HOUR", "2026/01/31/09/<uuid>"},
      {"PATH", "MINUTE", "2026/01/31/09/05/<uuid>"},
      {"FILENAME", "YEAR", "2026-<uuid>"},
      {"FILENAME", "MONTH", "2026-01-<uuid>"},
      {"FILENAME", "DAY", "2026-01-31-<uuid>"},
      {"FILENAME", "HOUR", "2026-01-31T09-<uuid>"},
      {"FILENAME", "MINUTE", "2026-01-31T09:05-<uuid>"},
      {"PATH_AND_FILENAME", "MONTH", "2026/01/2026-01-<uuid>"},
  };
  for (const auto& [type, format, key] : cases) {
    EXPECT_EQ(
        KeyIn(Names({{"prefixConfig.prefixType", type}, {"prefixConfig.prefixFormat", format}})),
        std::string("in/sf/accounts/") + key);
  }
}

TEST(ObjectName, NeverHasAnEmptyFolder) {
  for (const char* prefix : {"a/b", "a/b/", "/a/b", "//a//b//"}) {
    EXPECT_THAT(Names({}, prefix).Key("", 1), StartsWith("a/b/accounts/0f5b1a4e-"));
  }
  for (const char* prefix : {"", "/", "//"}) {
    EXPECT_THAT(Names({}, prefix).Key("", 1), StartsWith("accounts/0f5b1a4e-"));
  }
}

TEST(ObjectName, IsAUuidThatSortsByItsFirstBatch) {
  ObjectNames names = Names({});
  EXPECT_THAT(names.Key("", 255).substr(names.run_folder().size()),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_THAT(names.Key("", 255), EndsWith("00000000ff"));
  EXPECT_LT(names.Key("", 9), names.Key("", 10));
  EXPECT_LT(names.Key("", 255), names.Key("", 256));
  EXPECT_EQ(names.Key("", 7), Names({}).Key("", 7)) << "the same after a crash";
}

TEST(ObjectName, SaysWhoseItIsAndWhichBatchWasFirst) {
  for (const Settings& format :
       {Settings{}, Settings{{"prefixConfig.prefixType", "PATH_AND_FILENAME"}},
        Settings{{"prefixConfig.pathPrefixHierarchy", "SCHEMA_VERSION"}}}) {
    ObjectNames names = Names(format);
    for (int64_t seq : {int64_t{0}, int64_t{1}, int64_t{12345}, ObjectNames::kMaxSeq}) {
      for (const char* folders : {"", "Type=a b/Rating=null/"}) {
        std::string key = names.Key(folders, seq);
        EXPECT_EQ(names.FirstSeqOf(key), seq);
        EXPECT_FALSE(names.IsOfAnotherRun(key));
        ObjectNames other = Names(format, "in/sf", kExecution, "1");
        EXPECT_EQ(other.FirstSeqOf(key), std::nullopt) << "another stream of the run";
        EXPECT_FALSE(other.IsOfAnotherRun(key));
        ObjectNames later = Names(format, "in/sf", "11111111-6c1d-4c55-9d4e-1f2a3b4c5d6e");
        EXPECT_EQ(later.FirstSeqOf(key), std::nullopt);
        EXPECT_TRUE(later.IsOfAnotherRun(key));
      }
    }
  }
}

TEST(ObjectName, WhatOthersPutThereIsNotOfAnotherRun) {
  ObjectNames names = Names({});
  const std::string other = "11111111-6c1d-4c55-9d4e-1f2a3b4c5d6e";
  std::string key = Names({}, "in/sf", other).Key("", 1);
  std::string file = key.substr(key.rfind('/') + 1);
  ASSERT_TRUE(names.IsOfAnotherRun(key));
  for (const std::string& foreign :
       {std::string("in/sf/accounts/data.csv"), "in/sf/accounts/" + other, "in/sf/" + file,
        "in/sf/accounts2/" + other + "/" + file,
        // Of the flow "contacts" with the prefix "in/sf/accounts".
        "in/sf/accounts/contacts/" + other + "/" + file, key + "x",
        key.substr(0, key.size() - 1)}) {
    EXPECT_FALSE(names.IsOfAnotherRun(foreign)) << foreign;
    EXPECT_EQ(names.FirstSeqOf(foreign), std::nullopt) << foreign;
  }
}

TEST(ObjectName, FoldersAreWhatHiveWouldCallThem) {
  EXPECT_EQ(FolderOf("Industry", "Apparel"), "Industry=Apparel/");
  EXPECT_EQ(FolderOf("Account Rating", "Very warm"), "Account Rating=Very warm/");
  EXPECT_EQ(FolderOf("a", std::nullopt), "a=null/");
  EXPECT_EQ(FolderOf("a", ""), "a=/");
  EXPECT_EQ(FolderOf("a", "Zoë 😀"), "a=Zoë 😀/");
  EXPECT_EQ(FolderOf("a/b", "c/../d"), "a%2Fb=c%2F..%2Fd/");
  EXPECT_EQ(FolderOf("a", "50% = {x}\n\x7f"), "a=50%25 %3D %7Bx}%0A%7F/");
  EXPECT_EQ(FolderOf("at", "2026-01-31T09:05:07Z"), "at=2026-01-31T09%3A05%3A07Z/");
}

TEST(OutputSettings, AreJsonWithoutTypesOneObjectAfterAnotherUnlessSet) {
  OutputSettings output = Output({});
  EXPECT_EQ(output.file_type, FileType::kJson);
  EXPECT_FALSE(output.keeps_types);
  EXPECT_FALSE(output.is_single_file);
  EXPECT_EQ(output.object_bytes, std::nullopt);
}

TEST(OutputSettings, AreRefusedByName) {
  struct {
    const char *name, *value, *message;
  } cases[] = {
      {"fileType", "XML", "'fileType' can't be 'XML': it must be one of JSON, CSV, PARQUET"},
      {"preserveSourceDataTyping", "yes", "preserveSourceDataTyping"},
      {"prefixConfig.prefixType", "PATH_AND_FILE", "PATH_AND_FILENAME"},
      {"prefixConfig.prefixFormat", "SECOND", "MINUTE"},
      {"prefixConfig.pathPrefixHierarchy", "EXECUTION_ID,YEAR", "SCHEMA_VERSION"},
      {"aggregationConfig.aggregationType", "Many", "SingleFile"},
      {"aggregationConfig.targetFileSize", "0", "megabytes"},
      {"aggregationConfig.targetFileSize", "12MB", "megabytes"},
      {"aggregationConfig.targetFileSize", "9223372036854775807", "megabytes"},
  };
  for (const auto& [name, value, message] : cases) {
    auto output = ReadOutputSettings({{"bucketName", "b"}, {std::string(kFormat) + name, value}});
    ASSERT_FALSE(output.ok()) << name << " " << value;
    EXPECT_EQ(output.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(output.error().message, ::testing::HasSubstr(message));
  }
  EXPECT_FALSE(ReadOutputSettings({}).ok()) << "a bucket there must be";
}

}  // namespace
}  // namespace sluice::s3
