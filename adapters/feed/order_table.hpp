// What:     The orders of one instrument by their numbers, and the book they add up to.
// Owner:    the reader of a file of orders.   Threads: one.   Errors: none; the caller judges prices and sizes.
// Memory:   one entry an order that is there.
// Units:    Price 1e-9, Qty 1e-8.
#pragma once

#include <unordered_map>

#include "adapters/feed/level_book.hpp"

namespace omega::feed {

struct RestingOrder {
  Price price = 0;
  Qty size = 0;
  BookSide side = BookSide::kBid;
};

class OrderTable {
 public:
  /// Null: not there.
  [[nodiscard]] const RestingOrder* find(std::uint64_t number) const {
    const auto it = orders_.find(number);
    return it == orders_.end() ? nullptr : &it->second;
  }
  /// Enters an order, or replaces what is known of it.
  void set(std::uint64_t number, const RestingOrder& order) {
    const auto [it, fresh] = orders_.try_emplace(number, order);
    if (!fresh) book_.add(it->second.side, it->second.price, -it->second.size);
    it->second = order;
    book_.add(order.side, order.price, order.size);
  }
  /// False: it was not there.
  bool erase(std::uint64_t number) {
    const auto it = orders_.find(number);
    if (it == orders_.end()) return false;
    book_.add(it->second.side, it->second.price, -it->second.size);
    orders_.erase(it);
    return true;
  }
  void clear() { orders_.clear(), book_.clear(); }
  [[nodiscard]] LevelBook& book() noexcept { return book_; }

 private:
  std::unordered_map<std::uint64_t, RestingOrder> orders_;
  LevelBook book_;
};

}  // namespace omega::feed
