#include "media/rtsp_server.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "media/gst.h"

namespace lineside {
namespace {

constexpr guint kCleanEvery = 5;  // seconds; for clients that have gone without a word

GstRTSPFilterResult drop_client(GstRTSPServer*, GstRTSPClient*, gpointer) {
  return GST_RTSP_FILTER_REMOVE;
}

}  // namespace

RtspServer::RtspServer(Runtime& runtime, RtspServerOptions options)
    : Sink(runtime), options_(std::move(options)) {}

RtspServer::~RtspServer() {
  if (thread_.joinable()) thread_.join();
  clients_->drop();
}

void RtspServer::start() {
  thread_ = std::thread([this] { run(); });
}

void RtspServer::push(Pushed) {
  throw Error(LS_ERR_ARGUMENT, "an rtsp-server takes no frames: push them to a sink of kind rtsp");
}

void RtspServer::close() {
  std::lock_guard<std::mutex> lock(mutex_);
  closing_ = true;
  if (!loop_) return;
  // From within the loop: a quit before g_main_loop_run would be forgotten.
  GSource* quit = g_idle_source_new();
  g_source_set_callback(
      quit,
      [](gpointer loop) -> gboolean {
        g_main_loop_quit(static_cast<GMainLoop*>(loop));
        return G_SOURCE_REMOVE;
      },
      loop_, nullptr);
  g_source_attach(quit, g_main_loop_get_context(loop_));
  g_source_unref(quit);
}

void RtspServer::run() {
  GMainContext* context = nullptr;
  try {
    start_gstreamer();
    context = g_main_context_new();
    g_main_context_push_thread_default(context);
    serve(context);
  } catch (...) {
    settle(State::kFailed, current_failure());
  }
  {
    // A loop that only waits for close(): nothing is attached any more.
    std::unique_lock<std::mutex> lock(mutex_);
    if (!loop_ && !closing_) {
      GMainLoop* loop = loop_ = g_main_loop_new(context, FALSE);
      lock.unlock();
      g_main_loop_run(loop);
      lock.lock();
    }
    if (loop_) g_main_loop_unref(loop_);
    loop_ = nullptr;
  }
  settle(State::kClosed, Failure{LS_ERR_CLOSED, "the RTSP server is closed"});
  if (context) {
    g_main_context_pop_thread_default(context);
    g_main_context_unref(context);
  }
  runtime().closed(*this);
}

void RtspServer::serve(GMainContext* context) {
  const std::unique_ptr<GstRTSPServer, decltype(&g_object_unref)> server(gst_rtsp_server_new(),
                                                                         g_object_unref);
  gst_rtsp_server_set_address(server.get(), options_.address.c_str());
  gst_rtsp_server_set_service(server.get(), std::to_string(options_.port).c_str());
  GError* error = nullptr;
  GSource* source = gst_rtsp_server_create_source(server.get(), nullptr, &error);
  if (!source) {
    const bool taken =
        error && error->domain == G_IO_ERROR && error->code == G_IO_ERROR_ADDRESS_IN_USE;
    const std::string where = options_.address + ":" + std::to_string(options_.port);
    const std::string why = error ? error->message : "no reason given";
    g_clear_error(&error);
    throw Error(LS_ERR_IO,
                taken ? "RTSP cannot be served at " + where + ": another program listens there"
                      : "RTSP cannot be served at " + where + ": " + why);
  }
  g_source_attach(source, context);
  g_signal_connect(server.get(), "client-connected", G_CALLBACK(client_connected), this);
  GSource* clean = g_timeout_source_new_seconds(kCleanEvery);
  g_source_set_callback(clean, clean_sessions, server.get(), nullptr);
  g_source_attach(clean, context);

  GMainLoop* loop = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    server_ = server.get();
    port_ = gst_rtsp_server_get_bound_port(server.get());
    if (!closing_) loop = loop_ = g_main_loop_new(context, FALSE);
  }
  if (loop) {
    runtime().opened(
        *this,
        nlohmann::json({{"address", options_.address}, {"port", port_.load()}, {"url", url("")}})
            .dump());
    settle(State::kOpen, std::nullopt);
    g_main_loop_run(loop);
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    server_ = nullptr;
  }
  g_source_destroy(source);
  g_source_unref(source);
  g_source_destroy(clean);
  g_source_unref(clean);
  gst_rtsp_server_client_filter(server.get(), drop_client, nullptr);
  // What the clients' going has left to be done here.
  while (g_main_context_iteration(context, FALSE)) {
  }
}

void RtspServer::settle(State state, std::optional<Failure> failure) {
  std::vector<std::function<void(const Failure*)>> waiting;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (state_ == State::kFailed && state == State::kClosed) return;
    state_ = state;
    failure_ = failure;
    waiting.swap(waiting_);
  }
  if (state == State::kFailed) runtime().failed(*this, failure->status, failure->message);
  for (const auto& then : waiting) then(failure ? &*failure : nullptr);
}

void RtspServer::when_open(std::function<void(const Failure*)> then) {
  std::optional<Failure> failure;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (state_ == State::kOpening) {
      waiting_.push_back(std::move(then));
      return;
    }
    failure = failure_;
  }
  then(failure ? &*failure : nullptr);
}

bool RtspServer::reserve(const std::string& path) {
  std::lock_guard<std::mutex> lock(mutex_);
  return paths_.insert(path).second;
}

void RtspServer::add(const std::string& path, GstRTSPMediaFactory* factory) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!server_) return;
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server_);
  gst_rtsp_mount_points_add_factory(mounts, path.c_str(),
                                    GST_RTSP_MEDIA_FACTORY(g_object_ref(factory)));
  g_object_unref(mounts);
}

void RtspServer::remove(const std::string& path) {
  std::lock_guard<std::mutex> lock(mutex_);
  paths_.erase(path);
  if (!server_) return;
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server_);
  gst_rtsp_mount_points_remove_factory(mounts, path.c_str());
  g_object_unref(mounts);
}

std::string RtspServer::url(const std::string& path) const {
  const bool v6 = options_.address.find(':') != std::string::npos;
  return "rtsp://" + (v6 ? "[" + options_.address + "]" : options_.address) + ":" +
         std::to_string(port_.load()) + path;
}

void RtspServer::client_connected(GstRTSPServer*, GstRTSPClient* client, gpointer self) {
  RtspClients* clients = static_cast<RtspServer*>(self)->clients_->hold();
  clients->connected++;
  g_signal_connect_data(
      client, "closed", G_CALLBACK(+[](GstRTSPClient*, gpointer data) {
        static_cast<RtspClients*>(data)->connected--;
      }),
      clients, [](gpointer data, GClosure*) { static_cast<RtspClients*>(data)->drop(); },
      static_cast<GConnectFlags>(0));
}

gboolean RtspServer::clean_sessions(gpointer data) {
  GstRTSPSessionPool* pool = gst_rtsp_server_get_session_pool(GST_RTSP_SERVER(data));
  gst_rtsp_session_pool_cleanup(pool);
  g_object_unref(pool);
  return G_SOURCE_CONTINUE;
}

std::string RtspServer::stats() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return nlohmann::json({{"kind", "rtsp-server"},
                         {"url", url("")},
                         {"clients", clients_->connected.load()},
                         {"paths", paths_}})
      .dump();
}

std::shared_ptr<Sink> make_rtsp_server(Runtime& runtime, Config& config) {
  RtspServerOptions options;
  options.address = config.string("address", options.address);
  options.port = static_cast<uint16_t>(config.integer("port", options.port, 0, 65535));
  config.finish();
  return std::make_shared<RtspServer>(runtime, std::move(options));
}

}  // namespace lineside
