#include "chain/backend.h"

#include <dlfcn.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace lineside {
namespace {

const char* const kNames[] = {"tensorrt", "openvino"};

std::string own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || !info.dli_fname) return ".";
  const std::string path = info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

const ls_backend& load(const std::string& name, const std::string& folder) {
  static std::mutex mutex;
  static std::map<std::string, const ls_backend*> loaded;
  const std::string path =
      (folder.empty() ? own_folder() : folder) + "/liblineside_" + name + ".so";
  std::lock_guard lock(mutex);
  if (const auto it = loaded.find(path); it != loaded.end()) return *it->second;
  if (access(path.c_str(), F_OK) != 0) {
    throw Error(LS_ERR_NOT_FOUND, "there is no inference backend \"" + name + "\": " + path +
                                      " does not exist (was it left out of the build?)");
  }
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = dlerror();
    throw Error(LS_ERR_NOT_FOUND, "the inference backend \"" + name +
                                      "\" does not load: " + (reason ? reason : path));
  }
  const auto entry = reinterpret_cast<const ls_backend* (*)()>(dlsym(library, "ls_backend_entry"));
  const ls_backend* backend = entry ? entry() : nullptr;
  if (!backend) {
    throw Error(LS_ERR_UNSUPPORTED, path + " is no backend: it has no ls_backend_entry");
  }
  if (backend->abi_version != LS_BACKEND_ABI_VERSION) {
    throw Error(LS_ERR_UNSUPPORTED, path + " speaks version " +
                                        std::to_string(backend->abi_version) +
                                        " of the backend interface: expected " +
                                        std::to_string(LS_BACKEND_ABI_VERSION));
  }
  loaded[path] = backend;
  return *backend;
}

}  // namespace

const ls_backend& load_backend(const std::string& name, const std::string& folder) {
  if (name != "auto") return load(name, folder);
  std::string reasons;
  for (const char* candidate : kNames) {
    try {
      return load(candidate, folder);
    } catch (const Error& error) {
      reasons += std::string(reasons.empty() ? "" : "; ") + error.what();
    }
  }
  throw Error(LS_ERR_NOT_FOUND, reasons);
}

std::string describe_backends(const std::string& folder) {
  nlohmann::json list = nlohmann::json::array();
  for (const char* name : kNames) {
    try {
      list.push_back(nlohmann::json::parse(load(name, folder).describe()));
    } catch (const std::exception& error) {
      list.push_back({{"name", name}, {"error", error.what()}});
    }
  }
  return list.dump();
}

}  // namespace lineside
