#include "sluice/connectors/custom/progress.h"

#include <numeric>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"

namespace sluice::custom {
namespace {

constexpr char kProgressEntity[] = "_sluice_progress";

json::Object ToJson(const Position& position) {
  return {{"seq", position.seq}, {"token", position.token}};
}

std::string TokenOf(const Standing& standing) {
  json::Object token{{"before", ToJson(standing.before)}, {"digest", standing.digest}};
  if (standing.after) token["after"] = ToJson(*standing.after);
  json::Array& requests = token["requests"].emplace_array();
  for (size_t records : standing.requests) requests.emplace_back(records);
  json::Array& refused = token["refused"].emplace_array();
  for (const auto& [record, why] : standing.refused) refused.push_back(json::Array{record, why});
  return json::ToText(token);
}

std::optional<Position> PositionFrom(const json::Object* position) {
  if (!position) return std::nullopt;
  auto seq = json::FindInt(*position, "seq");
  auto token = json::FindString(*position, "token");
  if (!seq || !token) return std::nullopt;
  return Position{*seq, *std::move(token)};
}

std::optional<size_t> SizeFrom(const json::Value& value) {
  if (!value.is_int64() || value.get_int64() < 0) return std::nullopt;
  return static_cast<size_t>(value.get_int64());
}

// Of what TokenOf() wrote; nothing for anything else.
std::optional<Standing> StandingFrom(const json::Object& token) {
  auto before = PositionFrom(json::FindObject(token, "before"));
  auto digest = json::FindString(token, "digest");
  const json::Array* requests = json::FindArray(token, "requests");
  const json::Array* refused = json::FindArray(token, "refused");
  if (!before || !digest || !requests || !refused) return std::nullopt;
  Standing standing{.before = *std::move(before),
                    .after = PositionFrom(json::FindObject(token, "after")),
                    .digest = *std::move(digest)};
  for (const json::Value& records : *requests) {
    auto size = SizeFrom(records);
    if (!size) return std::nullopt;
    standing.requests.push_back(*size);
  }
  for (const json::Value& entry : *refused) {
    const json::Array* pair = entry.if_array();
    if (!pair || pair->size() != 2 || !(*pair)[1].is_string()) return std::nullopt;
    auto record = SizeFrom((*pair)[0]);
    if (!record) return std::nullopt;
    standing.refused.emplace_back(*record, std::string((*pair)[1].get_string()));
  }
  return standing;
}

bool SaysNoneWasRefused(const std::optional<std::string>& report) {
  if (!report) return false;
  auto parsed = json::ParseObject(*report);
  const json::Array* refused = parsed.ok() ? json::FindArray(*parsed, "refused") : nullptr;
  return refused && refused->empty();
}

Result<Standing> StandingFromRecord(std::string_view record) {
  const Error unreadable = ServerError(
      "what the connector remembers of this run was not written by this version of Sluice");
  SLUICE_ASSIGN(json::Object members, json::ParseObject(record));
  auto seq = json::FindInt(members, "seq");
  auto text = json::FindString(members, "token");
  if (!seq || !text) return unreadable;
  auto token = json::ParseObject(*text);
  auto standing = token.ok() ? StandingFrom(*token) : std::nullopt;
  if (!standing) return unreadable;
  standing->seq = *seq;
  standing->may_have_refused = !SaysNoneWasRefused(json::FindString(members, "report"));
  return *std::move(standing);
}

// "database." of an entity that is called "database.table", with backquotes around a dotted part.
std::string ParentOf(const std::string& entity) {
  bool is_quoted = false;
  for (size_t i = 0; i < entity.size(); ++i) {
    if (entity[i] == '`') is_quoted = !is_quoted;
    if (entity[i] == '.' && !is_quoted) return entity.substr(0, i + 1);
  }
  return "";
}

}  // namespace

size_t Standing::records() const {
  return std::accumulate(requests.begin(), requests.end(), size_t{0});
}

std::string NextDigest(const std::string& digest, const std::vector<std::string>& records,
                       size_t begin, size_t count) {
  std::string text = digest;
  for (size_t i = begin; i < begin + count; ++i) text.append(1, '\n').append(records[i]);
  return HexEncode(Sha256(text));
}

std::string ProgressSetting(const std::string& stream, const Standing& standing) {
  return json::ToText(json::Object{{"stream", stream},
                                   {"seq", standing.seq},
                                   {"previous", standing.seq - 1},
                                   {"token", TokenOf(standing)}});
}

Result<std::optional<Standing>> FindStanding(ConnectorFunction& function,
                                             const protocol::ConnectorContext& context,
                                             const std::string& entity, const std::string& stream) {
  protocol::RetrieveDataRequest request{
      kProgressEntity, {"seq", "token", "report"}, "stream", {stream}, context};
  // It was described for another entity.
  request.context.entity_definition.reset();
  auto ask = [&] { return function.Ask(request, &protocol::ParseRetrieveDataResponse); };
  auto found = ask();
  // Who is connected to no single database has to name it.
  bool needs_parent = !found.ok() && found.error().code == ErrorCode::kInvalidArgument;
  if (needs_parent && !ParentOf(entity).empty()) {
    request.entity_identifier = ParentOf(entity) + kProgressEntity;
    found = ask();
  }
  if (!found.ok()) return std::move(found).error();
  if (found->records.empty()) return std::optional<Standing>();
  SLUICE_ASSIGN(Standing standing, StandingFromRecord(found->records.front()));
  return std::optional(std::move(standing));
}

}  // namespace sluice::custom
