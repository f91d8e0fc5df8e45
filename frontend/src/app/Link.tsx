import type { ComponentProps, MouseEvent } from "react";
import { navigate, pathOf, type Route } from "./route.ts";

interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  to: Partial<Route>;
}

/** A real link (middle click, copy address) that changes the place without a reload. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    event.preventDefault();
    navigate(to);
  }
  return <a {...rest} href={pathOf(to)} onClick={follow} />;
}
