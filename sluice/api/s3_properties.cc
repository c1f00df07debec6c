#include "sluice/api/s3_properties.h"

#include "sluice/api/generated/enums.h"

namespace sluice::api {

std::string S3Entity(const json::Object& properties) {
  return json::FindString(properties, "bucketName").value_or("") + "/" +
         json::FindString(properties, "bucketPrefix").value_or("");
}

ApiStatus CheckS3Output(const json::Object& properties) {
  const json::Object* format = json::FindObject(properties, "s3OutputFormatConfig");
  if (format == nullptr) return Done{};
  if (json::FindBool(*format, "preserveSourceDataTyping").value_or(false) &&
      json::FindString(*format, "fileType") != appflow::file_type::kParquet) {
    return ValidationError(
        "'s3OutputFormatConfig.preserveSourceDataTyping' is for the fileType PARQUET only: files "
        "of "
        "other types have no column types.");
  }
  const json::Object* aggregation = json::FindObject(*format, "aggregationConfig");
  if (aggregation == nullptr) return Done{};
  auto target_size = json::FindInt(*aggregation, "targetFileSize");
  if (!target_size) return Done{};
  if (*target_size < 1) {
    return ValidationError(
        "'s3OutputFormatConfig.aggregationConfig.targetFileSize' is in megabytes and must be at "
        "least 1, not " +
        std::to_string(*target_size) + ".");
  }
  if (json::FindString(*aggregation, "aggregationType") == appflow::aggregation_type::kSingleFile) {
    return ValidationError(
        "'s3OutputFormatConfig.aggregationConfig.targetFileSize' contradicts the aggregationType "
        "SingleFile: leave one of them out.");
  }
  return Done{};
}

}  // namespace sluice::api
