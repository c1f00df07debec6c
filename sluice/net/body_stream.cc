#include "sluice/net/body_stream.h"

#include <mutex>

namespace sluice::net {
namespace {

// What both ends share.
class Pipe {
 public:
  explicit Pipe(size_t room) : room_(room) {}

  bool Write(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (is_over_) return false;
    if (bytes.size() > room_ - waiting_.size()) {
      End(/*is_complete=*/false);
      return false;
    }
    waiting_ += bytes;
    Wake();
    return true;
  }

  void Close(bool is_complete) {
    std::lock_guard lock(mutex_);
    if (!is_over_) End(is_complete);
  }

  bool IsOver() const {
    std::lock_guard lock(mutex_);
    return is_over_;
  }

  BodyReader::Piece Take() {
    std::lock_guard lock(mutex_);
    return {std::exchange(waiting_, {}), is_over_, is_cut_};
  }

  void SetWake(std::function<void()> wake) {
    std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

 private:
  void End(bool is_complete) {
    is_over_ = true;
    is_cut_ = !is_complete;
    Wake();
  }

  void Wake() {
    if (wake_) wake_();
  }

  const size_t room_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool is_over_ = false, is_cut_ = false;
  std::function<void()> wake_;
};

class Reader final : public BodyReader {
 public:
  explicit Reader(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~Reader() override {
    pipe_->SetWake(nullptr);
    pipe_->Close(/*is_complete=*/false);
  }

  Piece Take() override { return pipe_->Take(); }
  void SetWake(std::function<void()> wake) override { pipe_->SetWake(std::move(wake)); }

 private:
  const std::shared_ptr<Pipe> pipe_;
};

class Writer final : public BodyWriter {
 public:
  explicit Writer(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~Writer() override { pipe_->Close(/*is_complete=*/false); }

  bool Write(std::string_view bytes) override { return pipe_->Write(bytes); }
  bool HasReader() const override { return !pipe_->IsOver(); }
  void Close() override { pipe_->Close(/*is_complete=*/true); }

 private:
  const std::shared_ptr<Pipe> pipe_;
};

}  // namespace

std::pair<std::unique_ptr<BodyWriter>, std::unique_ptr<BodyReader>> MakeBodyStream(size_t room) {
  auto pipe = std::make_shared<Pipe>(room);
  return {std::make_unique<Writer>(pipe), std::make_unique<Reader>(pipe)};
}

}  // namespace sluice::net
