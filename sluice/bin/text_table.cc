#include "sluice/bin/text_table.h"

#include <algorithm>

namespace sluice::bin {
namespace {

// Code points: every byte of UTF-8 but the continuation bytes.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string Rule(const std::vector<size_t>& widths) {
  std::string line = "+";
  for (size_t width : widths) line += std::string(width + 2, '-') + "+";
  return line + "\n";
}

std::string Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths) {
  std::string line = "|";
  for (size_t i = 0; i < cells.size(); ++i) {
    line += " " + cells[i] + std::string(widths[i] - Width(cells[i]), ' ') + " |";
  }
  return line + "\n";
}

}  // namespace

std::string TextTable(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const std::string& name : header) widths.push_back(Width(name));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string table = Rule(widths) + Line(header, widths) + Rule(widths);
  for (const auto& row : rows) table += Line(row, widths);
  return table + Rule(widths);
}

}  // namespace sluice::bin
