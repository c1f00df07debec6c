// Salesforce's REST API, below /services/data:
//
//   GET                  /                                    the versions (no log-in needed)
//   GET                  /vXX.0/sobjects                      describe global
//   GET, POST            /vXX.0/sobjects/X                    short description; create
//   GET                  /vXX.0/sobjects/X/describe
//   GET, PATCH, DELETE   /vXX.0/sobjects/X/ID                 ?fields=A,B
//   GET, PATCH, DELETE   /vXX.0/sobjects/X/FIELD/VALUE        by external id; PATCH upserts
//   GET                  /vXX.0/query?q=, /vXX.0/queryAll?q=  and the next pages of their answers
//   POST, PATCH, DELETE  /vXX.0/composite/sobjects            up to 200 records at once
//   GET, POST            /vXX.0/composite/sobjects/X          reads by ids
//   PATCH                /vXX.0/composite/sobjects/X/FIELD    upserts by external id
//   GET                  /vXX.0/limits
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/net/http.h"
#include "sluice/sandbox/form.h"
#include "sluice/sandbox/org.h"
#include "sluice/sandbox/soql_query.h"

namespace sluice::sandbox {

// [{"message":…,"errorCode":…}] with the error's status.
net::HttpResponse ErrorReply(const ApiError& error);

// Any thread.
class RestApi {
 public:
  // `daily_requests`: how many calls are answered before REQUEST_LIMIT_EXCEEDED.
  RestApi(Org& org, const Clock& clock, int64_t daily_requests)
      : org_(org), clock_(clock), daily_requests_(daily_requests) {}

  net::HttpResponse Handle(const net::HttpRequest& request, bool is_authorized);

 private:
  // A request below /services/data/vXX.0, taken apart.
  struct Call {
    const net::HttpRequest& request;
    std::string version;            // "v58.0"
    std::vector<std::string> path;  // Decoded, after the version.
    Form query;
    bool Is(std::string_view method) const { return request.method == method; }
  };
  // One record of a call that writes several.
  struct Write {
    Table* table = nullptr;  // nullptr: the object is unknown.
    std::string id;          // Or the value of the external id field.
    json::Object values;
    RecordPointer before;  // nullptr: a new one.
    bool is_done = false;
  };
  // An answer that did not fit in one page.
  struct Cursor {
    std::string id, version, resource;  // "query" or "queryAll"
    SoqlResult result;
    size_t page_size = 0;
  };

  net::HttpResponse Route(const Call& call);
  net::HttpResponse SObjects(const Call& call);
  net::HttpResponse OneRecord(const Call& call, Table& table);
  net::HttpResponse ByExternalId(const Call& call, Table& table);
  net::HttpResponse ReadRecord(const Call& call, const Table& table, const RecordPointer& record);
  net::HttpResponse Create(const Call& call, Table& table);
  net::HttpResponse Query(const Call& call);
  net::HttpResponse NextPage(const Call& call);
  net::HttpResponse Page(const Cursor& cursor, size_t begin);
  net::HttpResponse Composite(const Call& call);
  net::HttpResponse ReadMany(const Call& call, const Table& table);
  net::HttpResponse WriteMany(const Call& call);
  std::vector<Write> ReadWrites(const Call& call, const json::Object& body);
  std::optional<ApiError> Apply(const Call& call, Write& write, json::Object& result);
  static void Undo(const Write& write);
  net::HttpResponse Limits();
  // True, and one call more was counted, while the day's limit is not reached.
  bool CountRequest();

  Org& org_;
  const Clock& clock_;
  const int64_t daily_requests_;
  std::mutex mutex_;  // Over org_ and all below.
  int64_t used_requests_ = 0;
  std::deque<std::shared_ptr<const Cursor>> cursors_;  // The newest ten.
};

}  // namespace sluice::sandbox
