// An RTSP server in this process; rtsp_mount.h has what it serves.
#pragma once

#include <gst/rtsp-server/rtsp-server.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "media/sink.h"

namespace lineside {

struct RtspServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 8554;  // 0: any that is free
};

// How many clients there are. A client may tell of its end on a thread of GStreamer's when the
// server has gone already, so each of them holds on to this, too.
class RtspClients {
 public:
  RtspClients* hold() {
    holders_++;
    return this;
  }
  void drop() {
    if (--holders_ == 0) delete this;
  }
  std::atomic<int> connected{0};

 private:
  ~RtspClients() = default;
  std::atomic<int> holders_{1};
};

class RtspServer : public Sink {
 public:
  RtspServer(Runtime& runtime, RtspServerOptions options);
  ~RtspServer() override;

  void start() override;
  void push(Pushed pushed) override;  // throws: mounts take frames
  void close() override;
  std::string stats() const override;

  // Calls `then` on the server's thread once it listens (null) or has failed; at once, on the
  // caller's, if that is known already.
  void when_open(std::function<void(const Failure*)> then);

  // False: the path is taken.
  bool reserve(const std::string& path);
  void add(const std::string& path, GstRTSPMediaFactory* factory);  // takes a reference of its own
  void remove(const std::string& path);
  std::string url(const std::string& path) const;

 private:
  enum class State : uint8_t { kOpening, kOpen, kFailed, kClosed };

  void run();  // the server's own thread, with a main context of its own
  void serve(GMainContext* context);
  void settle(State state, std::optional<Failure> failure);
  static void client_connected(GstRTSPServer*, GstRTSPClient* client, gpointer self);
  static gboolean clean_sessions(gpointer server);

  const RtspServerOptions options_;
  std::thread thread_;
  RtspClients* const clients_ = new RtspClients;
  mutable std::mutex mutex_;
  State state_ = State::kOpening;
  std::optional<Failure> failure_;
  std::vector<std::function<void(const Failure*)>> waiting_;
  std::set<std::string> paths_;
  GMainLoop* loop_ = nullptr;
  GstRTSPServer* server_ = nullptr;
  bool closing_ = false;
  std::atomic<int> port_{0};  // the one it listens on
};

// The factory of kind "rtsp-server".
std::shared_ptr<Sink> make_rtsp_server(Runtime& runtime, Config& config);

}  // namespace lineside
