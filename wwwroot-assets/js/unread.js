// The tab's icon with a mark while entries of the inbox are not read: the one thing that is seen from another tab.

export function unread(count) {
  const icon = document.querySelector('link[rel="icon"]');
  if (!icon) return;
  icon.dataset.plain ??= icon.href;
  icon.href = count > 0 ? "/css/icon-unread.svg" : icon.dataset.plain;
  icon.dataset.unread = String(count);
}
