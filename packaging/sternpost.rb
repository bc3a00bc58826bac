# A formula for Homebrew. packaging/manifests fills in what stands between at signs.
class Sternpost < Formula
  desc "Static site generator for leadership handbooks"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/sternpost-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@MAC_ARM@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/sternpost-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@MAC_INTEL@"
    end
  end
  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/sternpost-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@LINUX_ARM@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/sternpost-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@LINUX_INTEL@"
    end
  end

  def install
    bin.install "sternpost"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/sternpost.bash" => "sternpost"
    zsh_completion.install "completions/sternpost.zsh" => "_sternpost"
    fish_completion.install "completions/sternpost.fish"
  end

  test do
    (testpath/"content/a.md").write "# A day at sea\n"
    system bin/"sternpost", "build", testpath
    assert_path_exists testpath/"book/a/index.html"
  end
end
