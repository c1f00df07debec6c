// The properties of a task, read: what they are is said where they are wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

// "'Phone'".
std::string Quoted(std::string_view name);
// "The Mask task on 'Phone'", "The Map task for the destination field 'id'".
std::string NameOf(const Task& task);
// kInvalidArgument: `task`'s name and what is wrong with it.
Error Wrong(const Task& task, std::string_view what);

bool IsProjection(const Task& task);
// Map_all, and Passthrough, which does the same.
bool MapsAll(const Task& task);

// Nothing where it is absent or empty.
std::optional<std::string> FindProperty(const Task& task, const std::string& key);
// A number of characters, from 1.
Result<int64_t> CharacterCount(const Task& task, const std::string& key);
// Field names, as the JSON array of texts that AppFlow writes.
Result<std::vector<std::string>> NameArray(const Task& task, const std::string& key);
// The destination fields of a Partition task: its ORDERED_PARTITION_KEYS_LIST, as such an array or
// with commas between them, else its source fields.
Result<std::vector<std::string>> PartitionKeysOf(const Task& task);

std::vector<std::string> SplitAtCommas(const std::string& text);
std::string JoinWithCommas(const std::vector<std::string>& names);
bool Contains(const std::vector<std::string>& names, const std::string& name);

}  // namespace sluice::flow
