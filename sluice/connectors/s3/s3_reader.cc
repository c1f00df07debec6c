#include "sluice/connectors/s3/s3_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"
#include "sluice/connectors/s3/csv_reader.h"
#include "sluice/connectors/s3/json_lines_reader.h"
#include "sluice/connectors/s3/parquet_reader.h"
#include "sluice/connectors/s3/stoppable_file.h"

namespace sluice::s3 {
namespace {

// A file of which opening is a small part of the work.
constexpr int64_t kLargeBytes = 4 << 20;

std::string NameOf(const std::string& bucket, const std::string& key) {
  return "object '" + key + "' in bucket '" + bucket + "'";
}

bool HoldsRecords(const ObjectInfo& object) {
  return object.size > 0 && !object.key.ends_with('/');
}

// What a partition covers.
struct Files {
  std::string bucket;
  std::vector<ObjectInfo> objects;
};

std::string ToText(const Files& files) {
  json::Array objects;
  for (const ObjectInfo& object : files.objects) {
    objects.push_back(json::Array{json::Value(object.key), object.size, json::Value(object.etag)});
  }
  return json::ToText(json::Object{{"bucket", files.bucket}, {"objects", std::move(objects)}});
}

Result<Files> ReadFiles(const std::string& text) {
  Error wrong = InvalidArgument(Shorten(text) + " is not a partition of this connector");
  Result<json::Object> state = json::ParseObject(text);
  if (!state.ok()) return wrong;
  std::optional<std::string> bucket = json::FindString(*state, "bucket");
  const json::Array* objects = json::FindArray(*state, "objects");
  if (!bucket || !objects) return wrong;
  Files files{*std::move(bucket), {}};
  for (const json::Value& item : *objects) {
    if (!item.is_array() || item.get_array().size() != 3) return wrong;
    const json::Array& parts = item.get_array();
    if (!parts[0].is_string() || !parts[1].is_int64() || !parts[2].is_string()) return wrong;
    files.objects.push_back({.key = std::string(parts[0].get_string()),
                             .size = parts[1].get_int64(),
                             .etag = std::string(parts[2].get_string())});
  }
  return files;
}

// A position: which object of the partition, and where in it. "3:1048576:20000".
struct Mark {
  size_t object = 0;
  Place place;
};

std::string ToText(const Mark& mark) {
  return std::to_string(mark.object) + ":" + std::to_string(mark.place.offset) + ":" +
         std::to_string(mark.place.record);
}

Result<Mark> ReadMark(std::string_view text) {
  Mark mark;
  const char* next = text.data();
  const char* end = next + text.size();
  auto read = [&](auto& number, bool is_last) {
    auto [stop, error] = std::from_chars(next, end, number);
    bool is_right = error == std::errc() && (is_last ? stop == end : stop != end && *stop == ':');
    next = stop + 1;
    return is_right && number >= 0;
  };
  if (read(mark.object, false) && read(mark.place.offset, false) && read(mark.place.record, true)) {
    return mark;
  }
  return InvalidArgument(Shorten(text) + " is no position of this connector");
}

bool KeepsTwoCoresBusy(const std::vector<ObjectInfo>& files, FileType type) {
  int64_t bytes = 0;
  for (const ObjectInfo& file : files) {
    if (file.key.ends_with(".gz")) return false;
    bytes += file.size;
  }
  return type != FileType::kJson && bytes >= kLargeBytes * static_cast<int64_t>(files.size());
}

Result<std::unique_ptr<FileReader>> OpenFile(ObjectStore& store, const std::string& bucket,
                                             const ObjectInfo& object,
                                             const InputSettings& settings,
                                             const std::shared_ptr<arrow::Schema>& schema,
                                             Place from, int64_t batch_bytes,
                                             std::shared_ptr<const ReadWait> wait) {
  SLUICE_ASSIGN(auto file, store.OpenForReading(bucket, object, wait->until_given_up()));
  if (settings.file_type == FileType::kParquet) {
    return OpenParquetReader(MakeStoppable(std::move(file), std::move(wait)), schema, from,
                             batch_bytes);
  }
  SLUICE_ASSIGN(auto stream, ObjectStream::Open(std::move(file), ReadAhead{}, std::move(wait)));
  if (settings.file_type == FileType::kJson) {
    return OpenJsonLinesReader(std::move(stream), schema, from, batch_bytes);
  }
  return OpenCsvReader(std::move(stream), schema, settings.csv_delimiter, from, batch_bytes);
}

class S3Reader final : public BatchReader {
 public:
  S3Reader(std::shared_ptr<ObjectStore> store, Files files, InputSettings settings,
           std::shared_ptr<arrow::Schema> schema, int64_t batch_bytes)
      : store_(std::move(store)),
        files_(std::move(files)),
        settings_(settings),
        schema_(std::move(schema)),
        batch_bytes_(batch_bytes) {}

  void GoTo(int64_t seq, Mark mark) {
    seq_ = seq;
    mark_ = mark;
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline, std::stop_token stop) override {
    wait_->set_stop(stop);
    for (; mark_.object < files_.objects.size(); mark_ = {mark_.object + 1, {}}) {
      if (stop.stop_requested()) return ServiceUnavailable("reading was stopped");
      Result<std::optional<Batch>> batch = NextOfObject();
      if (!batch.ok()) return WithContext(std::move(batch).error(), ObjectName());
      if (*batch) return Hand(**std::move(batch));
      file_.reset();
    }
    return Pull{Pulled::kEnd, {}};
  }

 private:
  std::string ObjectName() const { return NameOf(files_.bucket, files_.objects[mark_.object].key); }

  Result<std::optional<Batch>> NextOfObject() {
    if (!file_) {
      SLUICE_ASSIGN(file_, OpenFile(*store_, files_.bucket, files_.objects[mark_.object], settings_,
                                    schema_, mark_.place, batch_bytes_, wait_));
    }
    return file_->Next();
  }

  Pull Hand(Batch batch) {
    batch.whereabouts = {ObjectName(), mark_.place.record + 1};
    mark_.place = file_->place();
    batch.after = {++seq_, ToText(mark_)};
    for (RejectedRow& row : batch.unreadable) row.seq = seq_;
    return Pull{Pulled::kBatch, std::move(batch)};
  }

  const std::shared_ptr<ObjectStore> store_;
  const Files files_;
  const InputSettings settings_;
  const std::shared_ptr<arrow::Schema> schema_;
  const int64_t batch_bytes_;
  const std::shared_ptr<ReadWait> wait_ = std::make_shared<ReadWait>();
  int64_t seq_ = 0;
  Mark mark_;
  std::unique_ptr<FileReader> file_;  // Of the object at mark_; null before its first batch.
};

}  // namespace

Result<std::vector<ObjectInfo>> ListFiles(ObjectStore& store, const Location& location,
                                          size_t most) {
  std::vector<ObjectInfo> files;
  ListRequest request{.bucket = location.bucket, .prefix = location.folder()};
  do {
    SLUICE_ASSIGN(ObjectPage page, store.List(request));
    for (ObjectInfo& object : page.objects) {
      if (files.size() < most && HoldsRecords(object)) files.push_back(std::move(object));
    }
    request.next_token = std::move(page.next_token);
  } while (!request.next_token.empty() && files.size() < most);
  if (!files.empty() || location.prefix.empty()) return files;

  Result<ObjectInfo> single = store.Describe(location.bucket, location.prefix);
  if (single.ok() && HoldsRecords(*single)) files.push_back(*std::move(single));
  if (!single.ok() && single.error().code != ErrorCode::kResourceNotFound) {
    return std::move(single).error();
  }
  return files;
}

Result<std::vector<Field>> ReadFields(ObjectStore& store, const Location& location,
                                      const InputSettings& settings) {
  constexpr ReadAhead kFirstBytes{.chunk_bytes = 1 << 20, .chunks = 1};
  SLUICE_ASSIGN(std::vector<ObjectInfo> files, ListFiles(store, location, 1));
  if (files.empty()) {
    return ResourceNotFound("there is no file with records below '" + location.folder() +
                            "' in bucket '" + location.bucket + "'");
  }
  auto read = [&]() -> Result<std::vector<Field>> {
    auto wait = std::make_shared<ReadWait>();
    SLUICE_ASSIGN(auto file,
                  store.OpenForReading(location.bucket, files[0], wait->until_given_up()));
    if (settings.file_type == FileType::kParquet) return ReadParquetFields(std::move(file));
    SLUICE_ASSIGN(auto stream, ObjectStream::Open(std::move(file), kFirstBytes, wait));
    TextWindow window(std::move(stream));
    if (settings.file_type == FileType::kJson) return InferJsonFields(window);
    SLUICE_ASSIGN(auto names, ReadCsvHeader(window, settings.csv_delimiter));
    std::vector<Field> fields;
    for (std::string& name : names) {
      if (!name.empty()) fields.emplace_back().name = std::move(name);
    }
    return fields;
  };
  Result<std::vector<Field>> fields = read();
  if (fields.ok()) return fields;
  return WithContext(std::move(fields).error(), NameOf(location.bucket, files[0].key));
}

Result<std::vector<Partition>> SplitFiles(ObjectStore& store, const Location& location,
                                          FileType type, int most) {
  SLUICE_ASSIGN(std::vector<ObjectInfo> files,
                ListFiles(store, location, std::numeric_limits<size_t>::max()));
  if (KeepsTwoCoresBusy(files, type)) most = (most + 1) / 2;
  size_t count = std::clamp<size_t>(files.size(), 1, static_cast<size_t>(std::max(most, 1)));
  std::vector<Files> shares(count, Files{location.bucket, {}});
  std::vector<int64_t> bytes(count);
  // The largest first, each to whom has least.
  std::ranges::stable_sort(files, std::greater<>(), &ObjectInfo::size);
  for (ObjectInfo& file : files) {
    auto least = static_cast<size_t>(std::ranges::min_element(bytes) - bytes.begin());
    bytes[least] += file.size;
    shares[least].objects.push_back(std::move(file));
  }
  std::vector<Partition> partitions;
  for (size_t i = 0; i < count; ++i) {
    std::ranges::sort(shares[i].objects, {}, &ObjectInfo::key);
    partitions.push_back({std::to_string(i), ToText(shares[i])});
  }
  return partitions;
}

Result<std::unique_ptr<BatchReader>> OpenS3Reader(
    std::shared_ptr<ObjectStore> store, const ReadRequest& request, const InputSettings& settings,
    const Partition& partition, std::optional<Position> from, int64_t batch_bytes) {
  if (request.filter.condition || request.filter.limit) {
    return InvalidArgument("files can't be filtered where they are");
  }
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, request.fields));
  SLUICE_ASSIGN(Files files, ReadFiles(partition.state));
  auto reader = std::make_unique<S3Reader>(std::move(store), std::move(files), settings,
                                           std::move(schema), batch_bytes);
  if (from) {
    SLUICE_ASSIGN(Mark mark, ReadMark(from->token));
    reader->GoTo(from->seq, mark);
  }
  return std::unique_ptr<BatchReader>(std::move(reader));
}

}  // namespace sluice::s3
