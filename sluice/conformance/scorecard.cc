#include "sluice/conformance/scorecard.h"

#include <algorithm>

#include "sluice/base/json.h"

namespace sluice::conformance {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kIndent = 14;

struct OutcomeName {
  Outcome outcome;
  const char *json, *mark, *color;
};
constexpr OutcomeName kNames[] = {{Outcome::kPassed, "passed", "✓", "32"},
                                  {Outcome::kWarned, "warned", "!", "33"},
                                  {Outcome::kFailed, "failed", "✗", "31"},
                                  {Outcome::kSkipped, "skipped", "-", "2"}};

const OutcomeName& NameOf(Outcome outcome) {
  return *std::find_if(std::begin(kNames), std::end(kNames),
                       [&](const OutcomeName& name) { return name.outcome == outcome; });
}

std::string Colored(std::string text, const char* color, const TextStyle& style) {
  return style.colors ? "\033[" + std::string(color) + "m" + text + "\033[0m" : text;
}

std::string Padded(std::string text, size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// Wrapped at spaces behind a label: "      rule    …".
std::string Paragraph(std::string_view label, std::string text) {
  // What came may hold anything: a terminal must not obey it.
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  std::string out = "      " + Padded(std::string(label), kIndent - 6);
  const size_t width = kColumns - kIndent;
  while (text.size() > width) {
    // At a space, where there is one near the end, else between two characters.
    size_t at = text.rfind(' ', width);
    const bool at_space = at != std::string::npos && at > width * 2 / 3;
    if (!at_space) at = width;
    while (!at_space && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    out += text.substr(0, at) + '\n' + std::string(kIndent, ' ');
    text.erase(0, at + (at_space ? 1 : 0));
  }
  return out + text + '\n';
}

std::string GroupOf(const Check& check) {
  const std::string id = check.id;
  return id.substr(0, id.find('.'));
}

}  // namespace

int Scorecard::Count(Outcome outcome) const {
  return static_cast<int>(
      std::count_if(results.begin(), results.end(),
                    [&](const CheckResult& result) { return result.verdict.outcome == outcome; }));
}

std::string ToText(const CheckResult& result, const TextStyle& style) {
  const Verdict& verdict = result.verdict;
  const OutcomeName& name = NameOf(verdict.outcome);
  std::string line = "  " + Colored(name.mark, name.color, style) + " " +
                     Padded(result.check->id, 26) + Padded(result.check->title, 58);
  const bool is_short = verdict.outcome == Outcome::kPassed || verdict.outcome == Outcome::kSkipped;
  if (is_short) {
    std::string note = verdict.reason;
    if (note.empty() && result.took.count() > 0) note = std::to_string(result.took.count()) + " ms";
    if (note.empty()) return line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    return line + Colored(note, "2", style) + '\n';
  }
  line.erase(line.find_last_not_of(' ') + 1);
  line += '\n' + Paragraph("problem", verdict.reason);
  if (!verdict.asked.empty()) line += Paragraph("asked", verdict.asked);
  if (!verdict.came.empty()) line += Paragraph("came", verdict.came);
  return line + Paragraph("rule", result.check->rule) + Paragraph("source", result.check->source);
}

std::string HeadingBefore(const Check& check, const TextStyle& style) {
  static const std::vector<std::pair<const char*, const char*>> kHeadings = {
      {"describe.answers", "Configuration"},
      {"settings.answers", "Settings and credentials"},
      {"entities.answers", "Entities"},
      {"query.answers", "Reading"},
      {"filter.equal-to", "Filters"},
      {"write.insert", "Writing"},
      {"every-answer.in-time", "Over all answers"}};
  for (auto [id, heading] : kHeadings) {
    if (id == std::string_view(check.id)) return "\n" + Colored(heading, "1", style) + "\n";
  }
  return "";
}

std::string Summary(const Scorecard& card, const TextStyle& style) {
  std::string text = "\n";
  if (!card.name.empty()) {
    text += card.name + " " + card.version + " by " + card.owner;
    text += card.entity.empty() ? "\n" : ", entity " + card.entity + "\n";
  }
  std::string counts;
  for (const OutcomeName& name : kNames) {
    const int count = card.Count(name.outcome);
    if (count == 0 && name.outcome != Outcome::kFailed) continue;
    if (!counts.empty()) counts += ", ";
    std::string words = std::to_string(count) + " " + name.json;
    counts += count == 0 ? words : Colored(words, name.color, style);
  }
  char seconds[32];
  snprintf(seconds, sizeof seconds, "%.1f s", static_cast<double>(card.took.count()) / 1000);
  return text + counts + "; " + std::to_string(card.requests) + " requests in " + seconds + "\n";
}

std::string ToJson(const Scorecard& card) {
  json::Array checks;
  for (const CheckResult& result : card.results) {
    const Verdict& verdict = result.verdict;
    json::Object check = {{"id", result.check->id},
                          {"group", GroupOf(*result.check)},
                          {"title", result.check->title},
                          {"outcome", NameOf(verdict.outcome).json},
                          {"milliseconds", result.took.count()}};
    if (!verdict.reason.empty()) check["reason"] = verdict.reason;
    if (verdict.outcome == Outcome::kFailed || verdict.outcome == Outcome::kWarned) {
      if (!verdict.asked.empty()) check["asked"] = verdict.asked;
      if (!verdict.came.empty()) check["came"] = verdict.came;
      check["rule"] = result.check->rule;
      check["source"] = result.check->source;
    }
    checks.push_back(std::move(check));
  }
  json::Object object = {
      {"connector", {{"owner", card.owner}, {"name", card.name}, {"version", card.version}}},
      {"entity", card.entity}};
  for (const OutcomeName& name : kNames) object[name.json] = card.Count(name.outcome);
  object["requests"] = card.requests;
  object["milliseconds"] = card.took.count();
  object["checks"] = std::move(checks);
  return json::ToText(object) + "\n";
}

}  // namespace sluice::conformance
