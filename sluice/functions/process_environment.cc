#include <dlfcn.h>
#include <gnu/libc-version.h>

#include <filesystem>

#include "sluice/functions/function_process.h"

namespace sluice::functions {
namespace {

// Where this machine keeps its libraries. They come before those of the zip, as in Lambda: a shell
// script named bootstrap must not load a libc that was packed for another loader.
std::string SystemLibraries() {
  Dl_info info;
  std::string folders = "/lib64:/usr/lib64";
  if (dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &info) != 0 && info.dli_fname) {
    folders += ":" + std::filesystem::path(info.dli_fname).parent_path().string();
  }
  return folders;
}

}  // namespace

std::vector<std::string> ProcessEnvironment(const FunctionHostOptions& options,
                                            const Function& function, const std::string& code,
                                            const std::string& scratch,
                                            const std::string& runtime_api,
                                            const std::string& log_group,
                                            const std::string& log_stream) {
  const bool python = function.runtime.starts_with("python");
  std::map<std::string, std::string> variables = {
      {"LANG", "en_US.UTF-8"},
      {"PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"},
      {"TZ", ":UTC"},
      {"TMPDIR", scratch},
      {"AWS_ENDPOINT_URL", options.endpoint_url},
      {"LD_LIBRARY_PATH", (python ? "" : SystemLibraries() + ":") + code + ":" + code + "/lib"},
  };
  if (python) {
    variables["PYTHONPATH"] = code;
    variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime;
  }
  for (const auto& [name, value] : function.environment) variables[name] = value;
  // These are Lambda's own: a function can't set them.
  variables["_HANDLER"] = function.handler;
  variables["AWS_ACCESS_KEY_ID"] = function.access_key_id;
  variables["AWS_SECRET_ACCESS_KEY"] = function.secret_access_key.Reveal();
  variables["AWS_SESSION_TOKEN"] = function.session_token.Reveal();
  variables["AWS_REGION"] = options.region;
  variables["AWS_DEFAULT_REGION"] = options.region;
  variables["AWS_LAMBDA_FUNCTION_NAME"] = function.name;
  variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
  variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(function.memory_mb);
  variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
  variables["AWS_LAMBDA_LOG_GROUP_NAME"] = log_group;
  variables["AWS_LAMBDA_LOG_STREAM_NAME"] = log_stream;
  variables["AWS_LAMBDA_RUNTIME_API"] = runtime_api;
  variables["LAMBDA_TASK_ROOT"] = code;
  variables["LAMBDA_RUNTIME_DIR"] = code;

  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

}  // namespace sluice::functions
