#include "sluice/connectors/s3/s3_connector.h"

#include <algorithm>
#include <utility>

#include "sluice/connectors/s3/input_settings.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/connectors/s3/s3_reader.h"
#include "sluice/connectors/s3/s3_writer.h"

namespace sluice::s3 {
namespace {

constexpr int kMostStreams = 64;

Entity FolderEntity(std::string identifier, std::string label) {
  Entity entity;
  entity.identifier = std::move(identifier);
  entity.label = std::move(label);
  entity.has_nested_entities = true;
  return entity;
}

class S3Connector final : public Connector {
 public:
  S3Connector(std::shared_ptr<ObjectStore> store, Settings settings, int64_t batch_bytes)
      : store_(std::move(store)), settings_(std::move(settings)), batch_bytes_(batch_bytes) {}

  Status Check() override {
    auto bucket = settings_.find("bucketName");
    if (bucket != settings_.end()) return store_->CheckBucket(bucket->second);
    SLUICE_RETURN_IF_ERROR(store_->ListBuckets());
    return Done{};
  }

  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    size_t most = static_cast<size_t>(std::max<int64_t>(max_results, 1));
    if (path.empty()) return ListBuckets(most, next_token);
    SLUICE_ASSIGN(Location location, ReadLocation(path));
    return ListFolders(location, most, next_token);
  }

  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    SLUICE_ASSIGN(Location location, ReadLocation(identifier));
    SLUICE_ASSIGN(InputSettings input, ReadInputSettings(settings_));
    EntityDefinition definition;
    definition.entity = FolderEntity(identifier, "");
    SLUICE_ASSIGN(definition.fields, ReadFields(*store_, location, input));
    return definition;
  }

  // Files take the shape of what comes; CSV, and Parquet unless it is told otherwise, know text
  // only.
  Result<EntityDefinition> DescribeTarget(const TargetRequest& request) override {
    SLUICE_ASSIGN(OutputSettings output, ReadOutputSettings(Merge(request.settings)));
    bool keeps_types = output.file_type == FileType::kJson ||
                       (output.file_type == FileType::kParquet && output.keeps_types);
    EntityDefinition definition;
    definition.entity = FolderEntity(request.entity, "");
    definition.fields = request.fields;
    for (Field& field : definition.fields) {
      if (!keeps_types) field.data_type = DataType::kString;
      field.write = WriteProperties{};
    }
    return definition;
  }

  bool TakesNonFinite(const Settings& settings) const override {
    auto output = ReadOutputSettings(Merge(settings));
    return output.ok() && output->file_type == FileType::kParquet;
  }

  bool CanFilter(const EntityDefinition&, const Filter&) const override { return false; }

  Result<std::vector<Partition>> Split(const ReadRequest& request, int parts) override {
    SLUICE_ASSIGN(Location location, ReadLocation(request.entity.entity.identifier));
    SLUICE_ASSIGN(InputSettings input, ReadInputSettings(Merge(request.settings)));
    return SplitFiles(*store_, location, input.file_type, parts);
  }

  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request,
                                                  const Partition& partition,
                                                  std::optional<Position> from) override {
    SLUICE_ASSIGN(InputSettings input, ReadInputSettings(Merge(request.settings)));
    return OpenS3Reader(store_, request, input, partition, std::move(from), batch_bytes_);
  }

  int MostStreams(const WriteRequest& request) const override {
    Result<OutputSettings> output = ReadOutputSettings(Merge(request.settings));
    return output.ok() && output->is_single_file ? 1 : kMostStreams;
  }

  bool CanPartition() const override { return true; }

  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                  const std::string& stream) override {
    WriteRequest merged = request;
    merged.settings = Merge(request.settings);
    return OpenS3Writer(store_, merged, stream);
  }

 private:
  // A request's settings count more than the account's, which are those of the same flow.
  Settings Merge(Settings settings) const {
    settings.insert(settings_.begin(), settings_.end());
    return settings;
  }

  Result<EntityPage> ListBuckets(size_t most, const std::string& after) {
    SLUICE_ASSIGN(std::vector<std::string> buckets, store_->ListBuckets());
    EntityPage page;
    for (std::string& bucket : buckets) {
      if (bucket <= after) continue;
      if (page.entities.size() == most) {
        page.next_token = page.entities.back().identifier;
        break;
      }
      page.entities.push_back(FolderEntity(bucket, bucket));
    }
    return page;
  }

  Result<EntityPage> ListFolders(const Location& location, size_t most,
                                 const std::string& next_token) {
    ListRequest request{.bucket = location.bucket,
                        .prefix = location.folder(),
                        .is_recursive = false,
                        .max_results = static_cast<int>(std::min<size_t>(most, 1000)),
                        .next_token = next_token};
    EntityPage page;
    do {  // There may be many files and no folder.
      SLUICE_ASSIGN(ObjectPage objects, store_->List(request));
      for (std::string& folder : objects.folders) {
        folder.pop_back();
        std::string label = folder.substr(request.prefix.size());
        page.entities.push_back(FolderEntity(location.bucket + "/" + folder, std::move(label)));
      }
      request.next_token = std::move(objects.next_token);
    } while (!request.next_token.empty() && page.entities.empty());
    page.next_token = std::move(request.next_token);
    return page;
  }

  const std::shared_ptr<ObjectStore> store_;
  const Settings settings_;
  const int64_t batch_bytes_;
};

}  // namespace

std::unique_ptr<Connector> MakeS3Connector(std::shared_ptr<ObjectStore> store, Settings settings,
                                           int64_t batch_bytes) {
  return std::make_unique<S3Connector>(std::move(store), std::move(settings), batch_bytes);
}

ConnectorInfo S3Info() {
  ConnectorInfo info;
  info.type = "S3";
  info.owner = "Sluice";
  info.name = "Amazon S3";
  info.version = "1.0";
  info.description = "Folders of CSV, JSON lines or Parquet files in S3 or a store like it.";
  info.is_source = info.is_destination = true;
  info.operators = AllOperators();
  std::erase(info.operators, Operator::kContains);  // AppFlow has none for S3.
  info.trigger_types = {"OnDemand", "Scheduled"};
  info.scheduling_frequencies = {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"};
  info.write_operations = {WriteOperation::kInsert};
  return info;
}

void Register(Registry& registry, std::shared_ptr<ObjectStore> store) {
  registry.Add(
      S3Info(),
      [store = std::move(store)](const Account& account) -> Result<std::unique_ptr<Connector>> {
        return MakeS3Connector(store, account.settings);
      });
}

}  // namespace sluice::s3
