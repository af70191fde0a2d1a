// The entry points ls_source_open and ls_source_credit.
#include "core/c_api.h"
#include "core/error.h"
#include "media/file_source.h"
#include "media/source.h"

namespace lineside {

std::shared_ptr<Source> make_source(Runtime& runtime, const char* text) {
  // A kind to come is one more name and its factory here.
  static const std::vector<std::string> kinds = {"file"};
  constexpr SourceFactory factories[] = {make_file_source};
  Config config(text, "source");
  config.string("kind");  // required
  return factories[config.choice("kind", 0, kinds)](runtime, config);
}

}  // namespace lineside

using namespace lineside;

int32_t ls_source_open(ls_runtime* runtime, const char* config, ls_handle* out, ls_error* error) {
  return guarded(error, [&] {
    require(config, "config");
    require(out, "out");
    Runtime& owner = runtime_of(runtime);
    const std::shared_ptr<Source> source = make_source(owner, config);
    *out = owner.add(source);
    source->start();
  });
}

int32_t ls_source_credit(ls_runtime* runtime, ls_handle source, uint32_t frames) {
  return guarded(nullptr,
                 [&] { runtime_of(runtime).find<Source>(source, "source")->credit(frames); });
}
