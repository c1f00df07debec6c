#include "sluice/sandbox/soql_parser.h"

#include <algorithm>
#include <charconv>

#include "sluice/net/http.h"

namespace sluice::sandbox {
namespace {

constexpr int kDeepest = 50;

enum class TokenKind { kWord, kString, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;  // Of a string: unescaped.
  size_t position = 0;
};

// Letters, digits and what dates and numbers are written with.
bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         c == '.' || c == ':' || c == '-' || c == '+';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // Nothing where the text has no token here: an unknown character or an open string.
  std::optional<Token> Next() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos) {
      ++at_;
    }
    Token token{TokenKind::kEnd, {}, at_};
    if (at_ == text_.size()) return token;
    if (text_[at_] == '\'') return String();
    if (IsWordCharacter(text_[at_])) {
      token.kind = TokenKind::kWord;
      while (at_ < text_.size() && IsWordCharacter(text_[at_])) token.text += text_[at_++];
      return token;
    }
    token.kind = TokenKind::kSymbol;
    for (std::string_view symbol : {"<=", ">=", "!=", "<>", "<", ">", "=", "(", ")", ","}) {
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        token.text = symbol;
        return token;
      }
    }
    return std::nullopt;
  }

  size_t position() const { return at_; }

 private:
  std::optional<Token> String() {
    Token token{TokenKind::kString, {}, at_++};
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] != '\\') {
        token.text += text_[at_++];
      } else if (!Escape(token.text)) {
        return std::nullopt;
      }
    }
    if (at_ == text_.size()) return std::nullopt;
    ++at_;
    return token;
  }

  // In a LIKE pattern, \% and \_ stand for the characters themselves: they stay escaped.
  bool Escape(std::string& out) {
    if (at_ + 1 >= text_.size()) return false;
    char c = text_[at_ + 1];
    at_ += 2;
    switch (c) {
      case 'n':
      case 'N':
        out += '\n';
        return true;
      case 'r':
      case 'R':
        out += '\r';
        return true;
      case 't':
      case 'T':
        out += '\t';
        return true;
      case 'b':
      case 'B':
        out += '\b';
        return true;
      case 'f':
      case 'F':
        out += '\f';
        return true;
      case '"':
      case '\'':
        out += c;
        return true;
      case '\\':
        out += "\\\\";
        return true;
      case '%':
      case '_':
        out += '\\';
        out += c;
        return true;
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<int64_t> Integer(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> Number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<SoqlLiteral> WordLiteral(const std::string& word) {
  auto is = [&](std::string_view keyword) { return net::EqualsIgnoringCase(word, keyword); };
  if (is("null")) return SoqlLiteral{};
  if (is("true") || is("false")) return SoqlLiteral{is("true")};
  if (is("TODAY")) return SoqlLiteral{RelativeDays{0, 0}};
  if (is("YESTERDAY")) return SoqlLiteral{RelativeDays{-1, -1}};
  constexpr std::string_view kLastDays = "LAST_N_DAYS:";
  if (word.size() > kLastDays.size() && net::EqualsIgnoringCase(word.substr(0, 12), kLastDays)) {
    auto days = Integer(word.substr(kLastDays.size()));
    if (!days || *days < 1 || *days > 100'000) return std::nullopt;
    return SoqlLiteral{RelativeDays{-static_cast<int>(*days), 0}};
  }
  if (auto number = Number(word)) return SoqlLiteral{*number};
  if (auto date = ParseDate(word); date.ok()) return SoqlLiteral{*date};
  // Unlike a date alone, a datetime needs its time and its offset.
  bool has_offset = word.ends_with('Z') || word.find('+') != std::string::npos ||
                    std::count(word.begin(), word.end(), '-') == 3;
  if (word.size() > 10 && word[10] == 'T' && has_offset) {
    if (auto time = ParseTime(word); time.ok()) return SoqlLiteral{*time};
  }
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) {}

  std::optional<ApiError> Parse(SoqlQuery& query) {
    if (Advance() && !Query(query) && !error_) Unexpected();
    return error_;
  }

 private:
  // Each of these is false when it did not find what it wants; error_ then says why, or the present
  // token is the unexpected one.
  bool Query(SoqlQuery& query) {
    return Keyword("SELECT") && Selection(query) && Keyword("FROM") && Name(query.object) &&
           Where(query) && OrderBy(query) && Limit(query) && Offset(query) &&
           token_.kind == TokenKind::kEnd;
  }

  bool Selection(SoqlQuery& query) {
    if (IsKeyword("COUNT")) {
      query.is_count = true;
      return Advance() && Symbol("(") && Symbol(")");
    }
    do {
      if (!Name(query.fields.emplace_back())) return false;
    } while (Symbol(","));
    return !error_;
  }

  bool Where(SoqlQuery& query) {
    if (!Keyword("WHERE")) return !error_;
    return Condition(query.where.emplace(), 0);
  }

  bool OrderBy(SoqlQuery& query) {
    if (!Keyword("ORDER")) return !error_;
    if (!Keyword("BY")) return false;
    do {
      if (!OrderItem(query.order.emplace_back())) return false;
    } while (Symbol(","));
    return !error_;
  }

  bool OrderItem(SoqlOrder& item) {
    if (!Name(item.field)) return false;
    if (Keyword("DESC")) {
      item.is_descending = true;
    } else if (!Keyword("ASC") && error_) {
      return false;
    }
    if (!Keyword("NULLS")) return !error_;
    item.nulls_last = IsKeyword("LAST");
    return Keyword("LAST") || Keyword("FIRST");
  }

  bool Limit(SoqlQuery& query) {
    if (!Keyword("LIMIT")) return !error_;
    int64_t limit = 0;
    if (!Count(limit)) return false;
    query.limit = limit;
    return true;
  }

  bool Offset(SoqlQuery& query) {
    if (!Keyword("OFFSET")) return !error_;
    return Count(query.offset);
  }

  // One or several operands with the same word between them.
  bool Condition(SoqlCondition& condition, int depth) {
    if (depth > kDeepest) return Fail("the condition is nested too deeply");
    SoqlCondition first;
    if (!Operand(first, depth)) return false;
    bool is_and = IsKeyword("AND");
    if (!is_and && !IsKeyword("OR")) {
      condition = std::move(first);
      return true;
    }
    condition.kind = is_and ? SoqlCondition::Kind::kAnd : SoqlCondition::Kind::kOr;
    condition.operands.push_back(std::move(first));
    while (Keyword(is_and ? "AND" : "OR")) {
      if (!Operand(condition.operands.emplace_back(), depth)) return false;
    }
    return !error_ && !IsKeyword("AND") && !IsKeyword("OR");
  }

  bool Operand(SoqlCondition& operand, int depth) {
    if (depth > kDeepest) return Fail("the condition is nested too deeply");
    if (Keyword("NOT")) {
      operand.kind = SoqlCondition::Kind::kNot;
      return Operand(operand.operands.emplace_back(), depth + 1);
    }
    if (Symbol("(")) return Condition(operand, depth + 1) && Symbol(")");
    return !error_ && Comparison(operand);
  }

  bool Comparison(SoqlCondition& comparison) {
    if (!Name(comparison.field) || !Operator(comparison.op)) return false;
    if (comparison.op != SoqlOperator::kIn && comparison.op != SoqlOperator::kNotIn) {
      return Literal(comparison.values.emplace_back(), comparison.op == SoqlOperator::kLike);
    }
    if (!Symbol("(")) return false;
    do {
      if (!Literal(comparison.values.emplace_back(), false)) return false;
    } while (Symbol(","));
    return Symbol(")");
  }

  bool Operator(SoqlOperator& op) {
    using enum SoqlOperator;
    if (Keyword("NOT")) return op = kNotIn, Keyword("IN");
    static const std::pair<std::string_view, SoqlOperator> kOperators[] = {
        {"=", kEqual},        {"!=", kNotEqual}, {"<>", kNotEqual},       {"<", kLess},
        {"<=", kLessOrEqual}, {">", kGreater},   {">=", kGreaterOrEqual}, {"LIKE", kLike},
        {"IN", kIn}};
    for (const auto& [text, value] : kOperators) {
      if (token_.kind != TokenKind::kString && net::EqualsIgnoringCase(token_.text, text)) {
        op = value;
        return Advance();
      }
    }
    return false;
  }

  bool Literal(SoqlLiteral& literal, bool is_pattern) {
    if (token_.kind == TokenKind::kString) {
      literal.value = is_pattern ? token_.text : Unescaped(token_.text);
      return Advance();
    }
    if (token_.kind != TokenKind::kWord) return false;
    auto found = WordLiteral(token_.text);
    if (!found) return false;
    literal = std::move(*found);
    return Advance();
  }

  static std::string Unescaped(const std::string& pattern) {
    std::string text;
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '\\') ++i;
      text += pattern[i];
    }
    return text;
  }

  bool Name(SoqlName& name) {
    bool is_name = token_.kind == TokenKind::kWord &&
                   token_.text.find_first_of(":-+") == std::string::npos &&
                   !(token_.text[0] >= '0' && token_.text[0] <= '9') && token_.text[0] != '.';
    static constexpr std::string_view kReserved[] = {"FROM",   "WHERE", "ORDER", "LIMIT",
                                                     "OFFSET", "AND",   "OR",    "SELECT"};
    for (std::string_view word : kReserved) is_name = is_name && !IsKeyword(word);
    if (!is_name) return false;
    name = {token_.text, token_.position};
    return Advance();
  }

  bool Count(int64_t& count) {
    auto number = token_.kind == TokenKind::kWord ? Integer(token_.text) : std::nullopt;
    if (!number || *number < 0) return false;
    count = *number;
    return Advance();
  }

  bool IsKeyword(std::string_view word) const {
    return token_.kind == TokenKind::kWord && net::EqualsIgnoringCase(token_.text, word);
  }
  bool IsSymbol(std::string_view symbol) const {
    return token_.kind == TokenKind::kSymbol && token_.text == symbol;
  }
  bool Keyword(std::string_view word) { return IsKeyword(word) && Advance(); }
  bool Symbol(std::string_view symbol) { return IsSymbol(symbol) && Advance(); }

  bool Advance() {
    size_t before = lexer_.position();
    auto next = lexer_.Next();
    if (next) {
      token_ = std::move(*next);
      return true;
    }
    size_t at = text_.find_first_not_of(" \t\r\n", before);
    bool is_string = text_[at] == '\'';
    token_ = {TokenKind::kSymbol, is_string ? "'" : std::string(text_.substr(at, 1)), at};
    return Fail(is_string ? "this string does not end, or has an unknown escape sequence"
                          : "unexpected character '" + token_.text + "'");
  }

  bool Fail(std::string message) {
    if (!error_) error_ = SoqlError(text_, token_.position, "MALFORMED_QUERY", std::move(message));
    return false;
  }

  void Unexpected() {
    if (token_.kind == TokenKind::kEnd) {
      Fail("unexpected end of the query");
    } else {
      Fail("unexpected token: '" + token_.text + "'");
    }
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  std::optional<ApiError> error_;
};

}  // namespace

ApiError SoqlError(std::string_view query, size_t position, std::string code, std::string message) {
  size_t line_start = position == 0 ? 0 : query.rfind('\n', position - 1) + 1;
  size_t row = 1 + static_cast<size_t>(std::count(query.begin(), query.begin() + line_start, '\n'));
  size_t column = position - line_start;
  std::string_view line = query.substr(line_start, query.find('\n', line_start) - line_start);
  // Of a long line, the part around the mistake, without halves of characters.
  auto is_inside = [&](size_t at) { return at < line.size() && (line[at] & 0xC0) == 0x80; };
  size_t begin = column > 40 ? column - 40 : 0, end = std::min(column + 40, line.size());
  while (is_inside(begin)) --begin;
  while (is_inside(end)) ++end;
  std::string text = "\n" + std::string(line.substr(begin, end - begin)) + "\n" +
                     std::string(column - begin, ' ') + "^\nERROR at Row:" + std::to_string(row) +
                     ":Column:" + std::to_string(column + 1) + "\n" + std::move(message);
  return {400, std::move(code), std::move(text)};
}

std::optional<ApiError> ParseSoql(std::string_view text, SoqlQuery& parsed) {
  return Parser(text).Parse(parsed);
}

}  // namespace sluice::sandbox
