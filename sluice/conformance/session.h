// One run of the kit: what is known of the connector so far, and how it is asked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sluice/conformance/conversation.h"
#include "sluice/conformance/options.h"
#include "sluice/conformance/record.h"
#include "sluice/conformance/write_plan.h"
#include "sluice/model/entity.h"

namespace sluice::conformance {

// Learnt by one check, needed by later ones.
struct Session {
  Session(protocol::FunctionInvoker& invoker, const Options& given)
      : options(given), talk(invoker, options) {}

  const Options& options;
  Conversation talk;

  // DescribeConnectorConfiguration.
  std::optional<Answer> described;
  bool is_source = false, is_destination = false;
  std::set<std::string> write_operations;
  std::string api_version;

  // Credentials that ValidateCredentials takes, as a request has them; null: none are needed.
  json::Value credentials;
  bool can_log_in = false;
  bool has_secrets = false;      // Of the given credentials some are secret,
  bool watches_secrets = false;  // and long enough to be looked for.

  // ListEntities.
  std::optional<std::vector<json::Object>> entities;

  // DescribeEntity of the entity that is read and written.
  std::string entity;
  std::optional<json::Object> definition;  // As it came: it is handed back like that.
  std::vector<Field> fields;

  // QueryData of its first records.
  std::optional<Answer> first_page;
  std::vector<std::string> fields_read;
  std::vector<Record> sample;
  bool sample_is_whole = false;  // The entity has no further records.
  bool has_tokens = false;       // It gave one for a second page at some time.

  // WriteData.
  std::optional<WritePlan> plan;
  std::optional<Answer> inserted;  // The answer to the kit's first records.
  bool has_results = false;        // It gives one result a record, in order.
  std::set<int> claimed;           // Numbers of the kit's records that may be in the entity.

  const Field* Find(const std::string& field) const;
  std::vector<std::string> RetrievableFields() const;
  // The fields that tell records apart: the primary key.
  std::vector<const Field*> KeyFields() const;

  // Requests.
  json::Object Context() const;
  json::Object ListRequest(int64_t max_result = 1000, const std::string& token = "") const;
  json::Object DescribeRequest(const std::string& identifier) const;
  json::Object QueryRequest(const std::vector<std::string>& fields, const std::string& filter = "",
                            int64_t max_results = 1000, const std::string& token = "") const;
};

// A list of strings as JSON.
json::Array ToJsonList(const std::vector<std::string>& texts);

// The page that an answer to QueryData or RetrieveData holds.
struct Page {
  std::vector<std::string> texts;
  std::vector<Record> records;
  std::string token;  // Empty: the last.
};
// Success with records that are JSON objects in strings, or what is wrong.
std::optional<Verdict> ReadPage(const Answer& answer, Page& page);

// More pages than that are not read.
inline constexpr size_t kMaxPages = 40;

// What ReadPages and ReadToRecords have read.
struct PagesRead {
  std::optional<Answer> last;
  size_t count = 0;
  bool ended = false;  // No token was left to follow.
};
// Asks for page after page until there is no further token, at most `max_pages`. `request` is that
// for a token, "" for the first page. `read` takes an answer in and sets the token to follow, or
// says what is wrong. A token that comes again is wrong, too.
std::optional<Verdict> ReadPages(
    Session& session, size_t max_pages,
    const std::function<json::Object(const std::string& token)>& request,
    const std::function<std::optional<Verdict>(const Answer&, std::string& next)>& read,
    PagesRead& pages);
// The same up to the first page that has records, which is then `page`: a connector that scans may
// end a page before it finds any.
std::optional<Verdict> ReadToRecords(
    Session& session, const std::function<json::Object(const std::string& token)>& request,
    Page& page, PagesRead& pages);

}  // namespace sluice::conformance
