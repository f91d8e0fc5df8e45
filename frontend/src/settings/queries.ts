import { useQuery } from "@tanstack/react-query";
import { useServices } from "../app/services.tsx";

export const CHANNELS = ["channels"] as const;
export const PREFERENCES = ["preferences"] as const;

export function useChannels() {
  const { api } = useServices();
  return useQuery({ queryKey: CHANNELS, queryFn: ({ signal }) => api.channels(signal) });
}

export function useSavedPreferences() {
  const { api } = useServices();
  return useQuery({ queryKey: PREFERENCES, queryFn: ({ signal }) => api.preferences(signal) });
}
