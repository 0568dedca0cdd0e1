// What:     F27 persistent homology of the recent market: the last n bars as points (r, ln V, ln range), each coordinate z-scored in the
//           window; norm of the H1 landscape, its change and its distance against the window n bars earlier.
// Owner:    feature set, at closes of its timeframe.   Threads: one.
// Formula:  r = (C_t − C_{t−1})/C_{t−1}, on a GAP or first bar (C − O)/O; zero volume or range counts as half of the smallest positive
//           value in the window; sd (ddof 1) 0 -> coordinate 0. Pairs with a lifetime below `least` × the largest finite death of their
//           dimension are dropped. chg = |N − N'|/max(N', 1e-9); D_z = lagged z of D over 200, D rounded once to 2^-40.
// Units:    N, D >= 0; D_z sd.   Ready: N after n bars, chg after 2n, D_z after 2n + 200; sd of D = 0 -> INVALID.
// Cost:     at a close O(n³) at worst, about 1 ms for n = 50; see persistence.hpp.
// Choices:  the means under the logarithms cancel in the z-score. H0 is for the record: its landscape norm.
// Source:   Gidea & Katz (2018) Physica A 491:820-834; Bubenik (2015) JMLR 16:77-102; STRATEGIES F27.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/landscape.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class Topology {
 public:
  static constexpr std::size_t kDistances = 200;

  /// least_permille: 150 drops lifetimes below 15 % of the largest death.
  Topology(int bars, int least_permille);

  void on_bar(const TfBar& bar) noexcept;
  [[nodiscard]] FeatureValue norm() const noexcept { return norm_; }
  [[nodiscard]] FeatureValue change() const noexcept { return change_; }
  [[nodiscard]] FeatureValue distance_z() const noexcept { return distance_z_; }
  [[nodiscard]] FeatureValue norm_h0() const noexcept { return norm_h0_; }
  [[nodiscard]] FeatureValue distance() const noexcept { return distance_; }
  template <class Archive> void serialize(Archive& ar) {
    ar(bars_, previous_close_, past_, distances_, norm_, change_, distance_z_, norm_h0_, distance_);
  }

 private:
  struct Item {
    double r = 0;
    Qty volume = 0;
    Price range = 0;
    double ln_volume = 0, ln_range = 0;  // follow; 0 where there is none
    [[nodiscard]] static Item of(double r, Qty volume, Price range) noexcept;
    template <class Archive> void serialize(Archive& ar) {
      ar(r, volume, range);
      if constexpr (Archive::kLoading) *this = of(r, volume, range);
    }
  };
  struct Past {
    Diagram h1;
    double norm = 0;
    template <class Archive> void serialize(Archive& ar) { ar(h1, norm); }
  };
  void make_cloud() noexcept;
  void standardise(std::size_t axis) noexcept;

  double least_;
  Window<Item> bars_;
  Price previous_close_ = 0;      // 0: no bar yet
  Window<Past> past_;             // the last n closes
  RollingMoments distances_{kDistances};
  FeatureValue norm_, change_, distance_z_, norm_h0_, distance_;
  // workspace
  std::vector<CloudPoint> cloud_;
  Persistence persistence_;
  Landscapes landscapes_;
  std::vector<PersistencePair> h0_;
  Diagram h0_diagram_;
};

}  // namespace omega
