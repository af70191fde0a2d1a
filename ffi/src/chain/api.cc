// The entry points on engines and chains.
#include "chain/chain.h"
#include "chain/engine.h"
#include "core/c_api.h"

using namespace lineside;

extern "C" {

int32_t ls_engine_open(ls_runtime* runtime, const char* config, ls_handle* out, ls_error* error) {
  return guarded(error, [&] {
    Runtime& owner = runtime_of(runtime);
    require(out, "out");
    auto engine = std::make_shared<Engine>(owner, parse_engine_options(config));
    *out = owner.add(std::shared_ptr<Object>(engine));
    engine->begin();
  });
}

int32_t ls_chain_create(ls_runtime* runtime, const char* config, ls_handle* out, ls_error* error) {
  return guarded(error, [&] {
    Runtime& owner = runtime_of(runtime);
    require(out, "out");
    ChainOptions options = parse_chain_options(config);
    std::shared_ptr<Engine> engine;
    if (options.engine) engine = owner.find<Engine>(options.engine, "engine");
    std::shared_ptr<Observer> observer;
    if (options.observer) observer = owner.find<Observer>(options.observer, "observer");
    *out = owner.add(std::shared_ptr<Object>(std::make_shared<Chain>(
        owner, std::move(options), std::move(engine), std::move(observer))));
  });
}

int32_t ls_chain_submit(ls_runtime* runtime, ls_handle chain, ls_handle frame, uint32_t token) {
  return guarded(nullptr,
                 [&] { runtime_of(runtime).find<Chain>(chain, "chain")->submit(frame, token); });
}

}  // extern "C"
